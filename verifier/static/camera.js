// The camera: about three times a second the middle of the picture is sent to be read, until a code is found.

const EVERY_MS = 330;
const SLOW_MS = 12000;
const SIDE = 1080;

export class Camera {
  // onFrame(blob) resolves to true when the camera is no longer needed; onSlow is called once if nothing was found.
  constructor(video, { onFrame, onSlow }) {
    this.video = video;
    this.onFrame = onFrame;
    this.onSlow = onSlow;
    this.canvas = document.createElement("canvas");
  }

  // Returns the name of a problem, or nothing.
  async start() {
    if (!navigator.mediaDevices?.getUserMedia) return "notSecure";
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
    } catch (error) {
      return error.name === "NotAllowedError" ? "notAllowed" : "noCamera";
    }
    this.video.srcObject = this.stream;
    await this.video.play();
    this.running = true;
    this.slow = setTimeout(this.onSlow, SLOW_MS);
    this.look();
    return undefined;
  }

  stop() {
    this.running = false;
    clearTimeout(this.slow);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
  }

  async look() {
    while (this.running) {
      const started = performance.now();
      const frame = await this.frame();
      if (frame && this.running && (await this.onFrame(frame))) return;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - (performance.now() - started))));
    }
  }

  frame() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const side = Math.min(width, height);
    if (!side) return null;
    this.canvas.width = this.canvas.height = Math.min(side, SIDE);
    const context = this.canvas.getContext("2d");
    context.drawImage(
      this.video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, this.canvas.width, this.canvas.height,
    );
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", 0.85));
  }
}
