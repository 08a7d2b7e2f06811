/**
 * Turn: the time of one handler. What it asks for after it has ended (work that it started and did not await) comes too late: the reply may
 * be on its way, or the next message of the batch may be handled. It is lost, and that is said. Neighbours: dispatch.ts begins and ends one
 * for each message.
 * Guarantee: nothing of what is late is in any reply, whenever it comes; it does not throw, since what nobody awaits would end the process
 * for all.
 */
export class Turn {
  readonly #whose: string;
  readonly #late: (text: string) => void;
  #isOver = false;

  constructor(whose: string, late: (text: string) => void) {
    this.#whose = whose;
    this.#late = late;
  }

  end(): void {
    this.#isOver = true;
  }

  does(what: string, work: () => void): void {
    if (this.#isOver) this.#late(`${this.#whose} had ended when it called ${what}, which is lost; await all that the handler starts`);
    else work();
  }
}
