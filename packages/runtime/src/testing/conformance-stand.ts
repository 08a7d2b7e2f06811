/** What the suites of the facets have in common: an open runtime with the suite's functions, and words for what every test does. */
import type { Engine } from "../engine.ts";
import type { Runtime } from "../runtime.ts";
import { say, shop, type Functions } from "./conformance-functions.ts";

export interface RuntimeStand {
  readonly runtime: Runtime;
  /** Lets time pass until the promise is settled. */
  run<T>(promise: Promise<T>): Promise<T>;
  /** Lets time pass until it holds. */
  until(reached: () => boolean): Promise<void>;
}

export interface Opened extends RuntimeStand {
  readonly engine: Engine;
  readonly functions: Functions;
  /** Accepts the text and waits until nothing runs; the number of the message. */
  tell(id: string, text: string): Promise<number>;
  count(id: string): Promise<string | undefined>;
}

export type Behaves = (what: string, check: (stand: Opened) => Promise<void>) => void;

/** Anna waits for a person: her first message is rejected, a second one waits behind it. The number of the first. */
export async function parked({ engine, run, functions, until }: Opened): Promise<number> {
  functions.rejects = true;
  const anna = shop("anna");
  const { messageId } = await run(engine.accept({ target: anna, value: say("reject") }));
  await until(() => engine.status().parkedEntities === 1);
  await run(engine.accept({ target: anna, value: say("count") }));
  return messageId;
}
