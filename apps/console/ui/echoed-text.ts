/**
 * EchoedText: tells a text that the caller of an editor sets from one that only comes back. What a person types is reported to the caller
 * and returns as its value some time later, when more may have been typed; taken for another text, it would undo what came after it.
 * editor/code-mirror.tsx and the filter line use it; it holds at most TOLD_MAX texts.
 */

/** A caller that keeps none of the reported texts (a filter that refuses) must not fill the memory. */
const TOLD_MAX = 32;

export class EchoedText {
  #seen: string;
  /** Texts that were reported and have not come back, oldest first. */
  #told: string[] = [];

  constructor(value: string) {
    this.#seen = value;
  }

  told(text: string): void {
    this.#told.push(text);
    if (this.#told.length > TOLD_MAX) this.#told.shift();
  }

  /** Returns true when the caller sets this text: it is neither the one before nor one that was reported. */
  isNews(value: string): boolean {
    if (value === this.#seen) return false;
    this.#seen = value;
    const at = this.#told.lastIndexOf(value);
    this.#told = at < 0 ? [] : this.#told.slice(at + 1);
    return at < 0;
  }
}
