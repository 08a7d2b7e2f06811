/**
 * LineLimit: bounds what isolated functions print: at most linesPerSecondMax lines a second, each cut at lineCharactersMax; what is left
 * out is counted and reported. Neighbours: isolate.ts prints, isolate-main.ts writes it out.
 */
const linesPerSecondMax = 200;
const lineCharactersMax = 4_096;

export class LineLimit {
  readonly #write: (line: string) => void;
  readonly #nowMs: () => number;
  #secondEndsMs = 0;
  #lines = 0;
  #leftOut = 0;

  constructor(write: (line: string) => void, nowMs: () => number = () => performance.now()) {
    this.#write = write;
    this.#nowMs = nowMs;
  }

  add(text: string): void {
    const nowMs = this.#nowMs();
    if (nowMs >= this.#secondEndsMs) {
      if (this.#leftOut > 0) this.#write(`${this.#leftOut} lines are left out: too many a second`);
      this.#secondEndsMs = nowMs + 1_000;
      this.#lines = 0;
      this.#leftOut = 0;
    }
    for (const line of text.slice(0, lineCharactersMax).split("\n")) {
      if (this.#lines++ < linesPerSecondMax) this.#write(line);
      else this.#leftOut++;
    }
  }
}
