/** Storm: a sender with a rate of its own. Pace says how many messages are due now, and to whom the next one goes. */
export interface StormOptions {
  readonly messagesPerSecond: number;
  readonly seconds: number;
  readonly entities: number;
}

export interface Storm {
  readonly name: string;
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
}

/** A prime, so that every entity gets its turn before one gets a second, and neighbours in time are no neighbours in the store. */
const stride = 7919;

export class Pace {
  readonly #options: StormOptions;
  readonly #startMs = performance.now();
  #given = 0;
  #drawn = 0;

  constructor(options: StormOptions) {
    this.#options = options;
  }

  get over(): boolean {
    return performance.now() - this.#startMs >= this.#options.seconds * 1000;
  }

  /** Returns how many messages are due since the last call; what could not be sent then is not made up for. */
  due(): number {
    const target = Math.floor(((performance.now() - this.#startMs) / 1000) * this.#options.messagesPerSecond);
    const due = target - this.#given;
    this.#given = target;
    return due;
  }

  entity(): number {
    return entityAt(this.#drawn++, this.#options.entities);
  }
}

export function entityAt(message: number, entities: number): number {
  return (message * stride) % entities;
}
