/**
 * EventTexts: server-sent events out of text in any pieces: each event's text once it is whole. Neighbour: client-calls.ts reads its fields.
 * Guarantee: an event is put together once, when its end has come, so the work grows with what came and not with its square; it is bounded.
 */
export class EventTexts {
  readonly #charactersMax: number;
  #pieces: string[] = [];
  #characters = 0;
  /** A line's end on which the next piece decides. */
  #held = "";

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  /** The events that end in it; throws where one has become too long. */
  take(piece: string): string[] {
    const events: string[] = [];
    let text = this.#held + piece;
    this.#held = "";
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      this.#keep(text.slice(0, end));
      events.push(this.#pieces.join(""));
      this.#pieces = [];
      this.#characters = 0;
      text = text.slice(end + 2);
    }
    if (text.endsWith("\n")) {
      this.#held = "\n";
      text = text.slice(0, -1);
    }
    this.#keep(text);
    return events;
  }

  #keep(text: string): void {
    this.#characters += text.length;
    if (this.#characters > this.#charactersMax) throw new Error(`an event is longer than ${this.#charactersMax} characters`);
    if (text !== "") this.#pieces.push(text);
  }
}
