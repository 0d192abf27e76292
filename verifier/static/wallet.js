// Asking a wallet: shows the request's code, says how long it is valid, and waits for the answer.

import { expected, place } from "./context.js";
import { EventFeed } from "./events.js";
import { dropOffer, keepOffer, keptOffer } from "./kept_offer.js";
import { createRequest, readResult, readResultPage, Unreachable } from "./service.js";

const TICK_MS = 1000;
const TICKS_LIVE = 10; // between two questions while the service tells by itself what happens
const RENEWALS = 24; // without anybody touching the page
const element = (id) => document.getElementById(id);

function wantedBy({ dataset: { type, identifiedBy } }) {
  return identifiedBy ? { type, identified_by: identifiedBy } : { type };
}

export class WalletScreen {
  constructor({ onVerdict, onTrouble }) {
    this.onVerdict = onVerdict;
    this.onTrouble = onTrouble;
    element("wallet-again").addEventListener("click", () => this.begin(this.wanted));
    for (const button of element("wallet-choice").querySelectorAll("[data-type]")) {
      button.addEventListener("click", () => this.begin(wantedBy(button)));
    }
  }

  // One document at this place needs no choice.
  open() {
    const buttons = [...element("wallet-choice").querySelectorAll("[data-type]")];
    for (const button of buttons) button.hidden = button.dataset.place !== place();
    const here = buttons.filter((button) => !button.hidden);
    element("wallet-choice").hidden = false;
    element("wallet-code").hidden = true;
    if (here.length === 1) this.begin(wantedBy(here[0]));
  }

  close() {
    this.offer = undefined;
  }

  begin(wanted) {
    this.renewals = 0;
    this.ask(wanted);
  }

  // wanted: the document, and the identity to be shown beside it.
  async ask(wanted) {
    this.wanted = wanted;
    try {
      this.offer = await createRequest({ ...wanted, profile: place(), expected: expected() });
      keepOffer(wanted, this.offer);
    } catch (error) {
      this.onTrouble(error);
      return;
    }
    this.showCode(this.offer.expires_in * 1000);
  }

  // Whether a request is being waited on that was made before this page was loaded.
  resume() {
    const kept = keptOffer();
    if (!kept) return false;
    this.renewals = 0;
    this.wanted = kept.wanted;
    this.offer = kept.offer;
    this.showCode(kept.left);
    return true;
  }

  // left: milliseconds for which the code is good.
  showCode(left) {
    this.ends = performance.now() + left;
    element("wallet-symbol").src = `/v1/requests/${this.offer.id}/qr.svg`;
    element("wallet-again").hidden = true;
    element("wallet-choice").hidden = true;
    element("wallet-code").hidden = false;
    this.say("waiting");
    this.wait(this.offer);
  }

  // Told by the feed of events; without it the state is asked for at every tick.
  async wait(offer) {
    const feed = new EventFeed(offer);
    try {
      for (let ticks = 0; this.offer === offer; ticks += 1) {
        const due = !feed.live || ticks % TICKS_LIVE === 0;
        if ((feed.taken() || due) && (await this.settled(offer))) return;
        this.showRemaining();
        await feed.wait(TICK_MS);
      }
    } finally {
      feed.close();
    }
  }

  // Whether there is nothing more to wait for.
  async settled(offer) {
    try {
      const { state } = await readResult(offer);
      if (this.offer !== offer) return true;
      if (state === "answered" || state === "refused") {
        this.onVerdict(await readResultPage(offer));
        return true;
      }
      if (state === "expired") {
        this.expired();
        return true;
      }
      this.say(state === "fetched" ? "fetched" : "waiting");
      return false;
    } catch (error) {
      if (error instanceof Unreachable) return false;
      dropOffer();
      this.onTrouble(error);
      return true;
    }
  }

  // A code that somebody may still be about to scan is renewed; one on a page left alone is not, for ever.
  expired() {
    if (!document.hidden && this.renewals < RENEWALS) {
      this.renewals += 1;
      this.ask(this.wanted);
      return;
    }
    dropOffer();
    this.say("expired");
    element("wallet-remaining").textContent = "";
    element("wallet-symbol").removeAttribute("src");
    element("wallet-again").hidden = false;
    element("wallet-again").focus();
  }

  say(name) {
    const status = element("wallet-status");
    if (status.textContent !== status.dataset[name]) status.textContent = status.dataset[name];
  }

  showRemaining() {
    const seconds = Math.max(0, Math.round((this.ends - performance.now()) / 1000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const remaining = element("wallet-remaining");
    remaining.textContent = remaining.dataset.text.replace("{time}", time);
  }
}
