/**
 * Prng: the simulator's only source of chance. It is seeded by text and forked by name, so that a draw that is added in one place shifts no
 * other; probabilities are integers in 1000. The generator is sfc32: small, fast, with 128 bits of state.
 */
export class Prng {
  private readonly seed: string;
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: string) {
    this.seed = seed;
    this.a = hash32(`${seed}/a`);
    this.b = hash32(`${seed}/b`);
    this.c = hash32(`${seed}/c`);
    // Keeps seeds that differ by one character from beginning alike.
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A generator of its own, which does not depend on what was drawn here. */
  fork(name: string): Prng {
    return new Prng(`${this.seed}/${name}`);
  }

  /** An integer from 0 to limit - 1. */
  below(limit: number): number {
    return limit <= 1 ? 0 : Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** An integer from low to high, both possible. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(perMille: number): boolean {
    // A certain outcome draws too, so that switching a fault off does not shift what follows in this fork.
    return this.below(1000) < perMille;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** In [0, 1), in steps of a thousandth. */
  fraction(): number {
    return this.below(1000) / 1000;
  }

  private next(): number {
    const mixed = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + mixed;
    this.c |= 0;
    return mixed >>> 0;
  }
}

/** FNV-1a with a final mix. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
