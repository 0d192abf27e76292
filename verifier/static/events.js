// What happens to a request, told by the service as it happens. Losing the connection loses nothing: the feed is opened
// again after the last event that arrived, and while it is down whoever waits asks by himself.

import { openEvents } from "./service.js";

const SILENCE_MS = 15000; // longer than the service is ever silent
const AGAIN_MS = 1000;

export class EventFeed {
  constructor(offer) {
    this.offer = offer;
    this.last = 0;
    this.live = false;
    this.news = false;
    this.follow();
  }

  close() {
    this.over = true;
    this.abort?.abort();
  }

  // Resolves after so many milliseconds, at once if something has happened.
  async wait(milliseconds) {
    if (!this.news) {
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, milliseconds);
      });
    }
  }

  // Whether something has happened since this was asked last.
  taken() {
    const news = this.news;
    this.news = false;
    return news;
  }

  async follow() {
    while (!this.over) {
      this.abort = new AbortController();
      try {
        const response = await openEvents(this.offer, this.last, this.abort.signal);
        if (response.status === 204) return;
        await this.read(response.body.getReader());
      } catch {
        this.live = false;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async read(reader) {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const silent = setTimeout(() => this.abort.abort(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silent));
      if (done) return;
      this.live = true;
      const parts = (text + decoder.decode(value, { stream: true })).split("\n\n");
      text = parts.pop();
      parts.forEach((part) => this.heard(part));
    }
  }

  heard(part) {
    const id = part.match(/^id: (\d+)$/m);
    if (!id) return;
    this.last = Number(id[1]);
    this.news = true;
    this.wake?.();
  }
}
