/**
 * NumberMap: a Map from whole numbers, for what is added and removed with every message. When a Map of the language makes itself a new
 * table, it leaves a pointer to it in the old one. Once one table is old for V8's collector, each dead table keeps its successor alive with
 * everything in it: what a message touched was copied twice and stayed until the next full collection (decision 20).
 * NumberMap removes in place. Its order is that of its table, so the same calls give the same order.
 */
const placesAtFirst = 16;
/** Marks a place without a key. */
const empty = -1;

export class NumberMap<V> {
  private keys = emptyKeys(placesAtFirst);
  private places = emptyPlaces<V>(placesAtFirst);
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(key: number): V | undefined {
    return this.places[this.find(key)];
  }

  has(key: number): boolean {
    return this.keys[this.find(key)] === key;
  }

  set(key: number, value: V): void {
    let place = this.find(key);
    if (this.keys[place] !== key) {
      if ((this.count + 1) * 2 > this.keys.length) {
        this.grow();
        place = this.find(key);
      }
      this.keys[place] = key;
      this.count++;
    }
    this.places[place] = value;
  }

  delete(key: number): boolean {
    let hole = this.find(key);
    if (this.keys[hole] !== key) return false;
    const mask = this.keys.length - 1;
    // Moves up the entries behind it that are there only because their own place was taken, so that they are still found.
    for (let place = (hole + 1) & mask; this.keys[place] !== empty; place = (place + 1) & mask) {
      const home = placeOf(this.keys[place] ?? empty, mask);
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      this.keys[hole] = this.keys[place] ?? empty;
      this.places[hole] = this.places[place];
      hole = place;
    }
    this.keys[hole] = empty;
    this.places[hole] = undefined;
    this.count--;
    return true;
  }

  clear(): void {
    this.keys.fill(empty);
    this.places.fill(undefined);
    this.count = 0;
  }

  /** The caller may neither add nor remove while it iterates. */
  *values(): Generator<V> {
    for (const value of this.places) if (value !== undefined) yield value;
  }

  /** The place of the key, or the empty place where it would be put. */
  private find(key: number): number {
    const mask = this.keys.length - 1;
    let place = placeOf(key, mask);
    while (this.keys[place] !== key && this.keys[place] !== empty) place = (place + 1) & mask;
    return place;
  }

  private grow(): void {
    const { keys, places } = this;
    this.keys = emptyKeys(keys.length * 2);
    this.places = emptyPlaces(keys.length * 2);
    for (const [index, key] of keys.entries()) {
      if (key === empty) continue;
      const place = this.find(key);
      this.keys[place] = key;
      this.places[place] = places[index];
    }
  }
}

function emptyKeys(length: number): Float64Array {
  return new Float64Array(length).fill(empty);
}

function emptyPlaces<V>(length: number): (V | undefined)[] {
  return Array.from({ length }, () => undefined);
}

/** Spreads neighbouring numbers, so that few of them find their place taken. */
function placeOf(key: number, mask: number): number {
  const mixed = Math.imul(key, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & mask;
}
