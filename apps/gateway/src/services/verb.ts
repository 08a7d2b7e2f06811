/** Verb: one operation of the contract as a service serves it. The principal comes first and is always there. */
import type { z } from "zod";
import type { Contract } from "../contract/contract.ts";
import type { Operation } from "../contract/operation.ts";
import type { Principal } from "../contract/principal.ts";

/** What an audit entry has beside the principal, the door and the input. */
export interface Change {
  readonly before?: string;
  readonly after?: string;
}

export interface Call {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Tells the audit the state before and after. */
  changed(change: Change): void;
}

type Answer<O extends Operation> = O["kind"] extends "subscription"
  ? AsyncIterable<z.output<O["output"]>>
  : z.output<O["output"]> | Promise<z.output<O["output"]>>;

export type Verb<O extends Operation> = (principal: Principal, input: z.output<O["input"]>, call: Call) => Answer<O>;

/** One method per operation; a missing one does not compile. */
export type ServiceOf<Noun extends keyof Contract> = {
  readonly [V in keyof Contract[Noun]]: Contract[Noun][V] extends Operation ? Verb<Contract[Noun][V]> : never;
};

export type Services = { readonly [Noun in keyof Contract]: ServiceOf<Noun> };
