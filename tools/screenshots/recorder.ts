/**
 * Recorder: records what a page shows while somebody does something, as pictures with their times. Chromium sends a picture whenever
 * something changed; what need not be seen (a page that loads) is cut out of the time too. Neighbours: film.ts says what is done,
 * animation.ts makes a file of it.
 */
import type { CDPSession, Page } from "@playwright/test";

export interface Frame {
  /** Milliseconds since the beginning of the film. */
  readonly atMs: number;
  readonly png: Buffer;
}

export interface Recording {
  readonly frames: readonly Frame[];
  readonly lengthMs: number;
}

/** A picture has some 60 kB, so 60 s at 25 a second are 90 MB. */
const framesMax = 1_500;

export class Recorder {
  readonly #devtools: CDPSession;
  readonly #frames: Frame[] = [];
  #last: Buffer | null = null;
  #runningSinceMs: number | null = null;
  #beforeMs = 0;

  private constructor(devtools: CDPSession) {
    this.#devtools = devtools;
  }

  static async of(page: Page): Promise<Recorder> {
    const recorder = new Recorder(await page.context().newCDPSession(page));
    recorder.#devtools.on("Page.screencastFrame", ({ data, sessionId }) => {
      recorder.#take(Buffer.from(data, "base64"));
      // A page that was closed meanwhile needs no answer.
      recorder.#devtools.send("Page.screencastFrameAck", { sessionId }).catch(() => undefined);
    });
    await recorder.#devtools.send("Page.startScreencast", { format: "png", everyNthFrame: 1 });
    return recorder;
  }

  get #nowMs(): number {
    return this.#beforeMs + (this.#runningSinceMs === null ? 0 : performance.now() - this.#runningSinceMs);
  }

  /** Records from here on, beginning with what the page shows now. */
  go(): void {
    if (this.#runningSinceMs !== null) return;
    this.#runningSinceMs = performance.now();
    if (this.#last !== null) this.#frames.push({ atMs: this.#nowMs, png: this.#last });
  }

  cut(): void {
    this.#beforeMs = this.#nowMs;
    this.#runningSinceMs = null;
  }

  async end(): Promise<Recording> {
    this.cut();
    await this.#devtools.send("Page.stopScreencast");
    await this.#devtools.detach();
    return { frames: this.#frames, lengthMs: this.#beforeMs };
  }

  #take(png: Buffer): void {
    this.#last = png;
    if (this.#runningSinceMs === null) return;
    if (this.#frames.length === framesMax) throw new Error(`the film has more than ${framesMax} pictures: make it shorter`);
    this.#frames.push({ atMs: this.#nowMs, png });
  }
}
