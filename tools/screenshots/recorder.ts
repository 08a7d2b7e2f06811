/**
 * Recorder: what a page shows while somebody does something, as pictures with their times. Chromium sends one whenever something changed; what need not be seen
 * (a page that loads) is cut out of the time too. Neighbours: film.ts says what is done, animation.ts makes a file of it.
 */
import type { CDPSession, Page } from "@playwright/test";

export interface Frame {
  /** Since the begin of the film. */
  readonly atMs: number;
  readonly png: Buffer;
}

export interface Recording {
  readonly frames: readonly Frame[];
  readonly lengthMs: number;
}

/** Some 60 kB each: 60 s at 25 a second are 90 MB. */
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
      // A page that is closed meanwhile wants no answer.
      recorder.#devtools.send("Page.screencastFrameAck", { sessionId }).catch(() => undefined);
    });
    await recorder.#devtools.send("Page.startScreencast", { format: "png", everyNthFrame: 1 });
    return recorder;
  }

  get #nowMs(): number {
    return this.#beforeMs + (this.#runningSinceMs === null ? 0 : performance.now() - this.#runningSinceMs);
  }

  /** From here on it is seen, beginning with what the page shows now. */
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
