/**
 * NowSide: the current data as one side of a comparison, asked of the gateway's thread page by page. It is not one moment, because messages
 * flow meanwhile. Neighbours: difference-thread.ts reads it, now-pages.ts answers.
 */
import type { AroundSide, AskNow, DifferenceScope, EntitySide, StateOf, TypesAnswer } from "./difference-job.ts";
import type { Side } from "./merge-sides.ts";
import { compareUtf8 } from "@signalbox/runtime";

export class NowSide implements Side {
  readonly #ask: AskNow;

  constructor(ask: AskNow) {
    this.#ask = ask;
  }

  close(): void {
    // There is nothing to close.
  }

  async *entities({ type, prefix, after }: DifferenceScope): AsyncGenerator<readonly StateOf[], void> {
    const known = (await this.#ask({ kind: "types" })).map(([name]) => name);
    for (const of of type === undefined ? known : [type]) {
      if (after !== undefined && compareUtf8(of, after.type) < 0) continue;
      let from = after?.type === of ? after.id : undefined;
      do {
        const page = await this.#ask({ kind: "page", type: of, prefix, after: from });
        if (page.entities.length > 0) yield page.entities;
        from = page.next;
      } while (from !== undefined);
    }
  }

  async around({ type, prefix }: DifferenceScope): Promise<AroundSide> {
    const types = await this.#ask({ kind: "types" });
    // The engine counts the messages that wait by type only, so a prefix of ids has no count.
    const waiting = prefix === "" ? types.filter(([of]) => type === undefined || of === type) : null;
    return { waiting, delayed: null, atLeast: false };
  }

  types(): Promise<TypesAnswer> {
    return Promise.reject(new Error("what is there now is not counted by type"));
  }

  entity(type: string, id: string): Promise<EntitySide> {
    return this.#ask({ kind: "entity", type, id });
  }
}
