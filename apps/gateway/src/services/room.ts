/** Room: how many of something are there at once, in all services together: those of a sight and those that unmask share it. Neighbours: live/ and sql/. */
export class Room {
  readonly placesMax: number;
  #taken = 0;

  constructor(placesMax: number) {
    this.placesMax = placesMax;
  }

  get isFull(): boolean {
    return this.#taken >= this.placesMax;
  }

  /** False: it is full. */
  take(): boolean {
    if (this.isFull) return false;
    this.#taken += 1;
    return true;
  }

  leave(): void {
    this.#taken -= 1;
  }
}
