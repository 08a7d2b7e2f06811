/**
 * ByteGate: lets work begin in order of arrival while the bytes of all work under way stay within bytesMax. Work that is larger by itself
 * begins when nothing else is under way. Neighbour: transport-embedded.ts has one for all threads of a partition.
 */
export class ByteGate {
  readonly #bytesMax: number;
  #waiting: { readonly bytes: number; readonly begin: () => void }[] = [];
  #bytes = 0;
  #underWay = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Work that was let in must call `leave` once, with the same number of bytes. */
  enter(bytes: number, begin: () => void): void {
    if (this.#waiting.length > 0 || !this.#hasRoom(bytes)) this.#waiting.push({ bytes, begin });
    else this.#admit(bytes, begin);
  }

  leave(bytes: number): void {
    this.#bytes -= bytes;
    this.#underWay--;
    for (let next = this.#waiting[0]; next !== undefined && this.#hasRoom(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#admit(next.bytes, next.begin);
    }
  }

  #hasRoom(bytes: number): boolean {
    return this.#underWay === 0 || this.#bytes + bytes <= this.#bytesMax;
  }

  #admit(bytes: number, begin: () => void): void {
    this.#bytes += bytes;
    this.#underWay++;
    begin();
  }
}
