/**
 * EventTexts: finds server-sent events in a text that comes in pieces, and returns each event's text once it is complete. Neighbour:
 * client-calls.ts reads its fields. Guarantee: an event is joined once, when its end has come, so the work is linear; its length is
 * bounded.
 */
export class EventTexts {
  readonly #charactersMax: number;
  #pieces: string[] = [];
  #characters = 0;
  /** A trailing CR, which the next piece may continue. */
  #held = "";

  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  /** Returns the events that end in this piece; throws when one is too long. */
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
