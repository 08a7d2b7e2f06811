/**
 * Room: bounds how many of something exist at once, in all services together: sights and unmasking services share it. Neighbours: live/ and
 * sql/.
 */
export class Room {
  readonly placesMax: number;
  #taken = 0;

  constructor(placesMax: number) {
    this.placesMax = placesMax;
  }

  get isFull(): boolean {
    return this.#taken >= this.placesMax;
  }

  /** Returns false when it is full. */
  take(): boolean {
    if (this.isFull) return false;
    this.#taken += 1;
    return true;
  }

  leave(): void {
    this.#taken -= 1;
  }
}
