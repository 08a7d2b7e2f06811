/**
 * guarded: the services as every surface sees them. Only here, and in this order, each verb is parsed, authorised, refused if the runtime
 * cannot do it, served and audited. Neighbours: contract/ says what is parsed and audited, identity/authorizer.ts who may,
 * audit/audit-trail.ts keeps the entries. Guarantee: no verb runs on unparsed input or for a principal without the right; none shows
 * namespaces that its caller may not see (sights.ts); none answers unmasked except as unmasking.ts allows; each change leaves one audit
 * entry, also when it failed; attempts that change nothing cannot fill the audit (failures-an-hour.ts); streams, waits and downloads end
 * when the caller's credential ends (while-good.ts).
 */
import { CapabilityMissing, type Capability, type Runtime } from "@signalbox/runtime";
import type { z } from "zod";
import { contract, type Contract } from "../contract/contract.ts";
import { isAudited, type Operation } from "../contract/operation.ts";
import type { Principal } from "../contract/principal.ts";
import { problemOf } from "../contract/problem-of.ts";
import { GatewayError, Refusal } from "../contract/problem.ts";
import { neededRole, type Authorizer, type Decision } from "../identity/authorizer.ts";
import { credentialOver, isOver, type Standing, type Watched } from "../identity/standing.ts";
import { auditEntry, type AuditTrail } from "./audit/audit-trail.ts";
import { FailuresAnHour, type Told } from "./audit/failures-an-hour.ts";
import { sightOf } from "../sight/sight.ts";
import type { Sights } from "./sights.ts";
import { isUnmasked, type Unmasking } from "./unmasking.ts";
import type { Change, Services } from "./verb.ts";
import { held, piecesWhileGood } from "./while-good.ts";

export interface Guards {
  readonly authorizer: Authorizer;
  readonly audit: Pick<AuditTrail, "write">;
  /** The runtime behind the services. When absent, it can do everything. */
  readonly runtime?: Pick<Runtime, "name" | "capabilities">;
  /** When absent, nothing is masked. */
  readonly unmasking?: Unmasking;
  /** When absent, operations that are filtered by namespaces are only for those who see all of them. */
  readonly sights?: Pick<Sights, "servicesFor">;
  /** Ends what is open when a credential ends. When absent, nothing ends before its caller goes. */
  readonly standing?: Pick<Standing, "watch">;
  /** For tests: checks that each answer is exactly what the contract says. */
  readonly checkOutputs?: boolean;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

type GuardedVerb<O extends Operation> = (
  principal: Principal,
  input: z.input<O["input"]>,
  options?: CallOptions,
) => O["kind"] extends "subscription" ? AsyncIterable<z.output<O["output"]>> : Promise<z.output<O["output"]>>;

export type GuardedServices = {
  readonly [N in keyof Contract]: {
    readonly [V in keyof Contract[N]]: Contract[N][V] extends Operation ? GuardedVerb<Contract[N][V]> : never;
  };
};

/** A verb as the folds of the surfaces call it: by name, with unparsed input. */
export type AnyVerb = (principal: Principal, raw: unknown, options?: CallOptions) => unknown;

type ServedVerbs = Readonly<Record<string, Record<string, ServedVerb>>>;
type ServedVerb = (principal: Principal, input: unknown, call: { signal: AbortSignal; changed(change: Change): void }) => unknown;

export function guarded(services: Services, given: Guards): GuardedServices {
  const guards: HeardGuards = { ...given, heard: new FailuresAnHour() };
  const served = services as unknown as ServedVerbs;
  const bare = guards.unmasking?.services as unknown as ServedVerbs | undefined;
  const nouns = Object.entries(contract).map(([noun, operations]) => {
    const verbs = Object.entries(operations).map(([verb, operation]: [string, Operation]) => {
      const serve = served[noun]?.[verb];
      if (serve === undefined) throw new Error(`no service serves ${noun}.${verb}`);
      return [verb, guardVerb({ name: `${noun}.${verb}`, operation, serve, serveUnmasked: bare?.[noun]?.[verb] ?? serve }, guards)];
    });
    return [noun, Object.fromEntries(verbs)];
  });
  return Object.fromEntries(nouns) as GuardedServices;
}

/** Finds a verb for the folds, whose names come from the contract. */
export function verbOf(services: GuardedServices, noun: string, verb: string): AnyVerb {
  const found = (services as unknown as Record<string, Record<string, AnyVerb>>)[noun]?.[verb];
  if (found === undefined) throw new Error(`the contract has no ${noun}.${verb}`);
  return found;
}

interface HeardGuards extends Guards {
  /** Counts, for callers who have signed in, the refusals and the failures of operations that are open to all. */
  readonly heard: FailuresAnHour;
}

interface NamedVerb {
  readonly name: string;
  readonly operation: Operation;
  readonly serve: ServedVerb;
  readonly serveUnmasked: ServedVerb;
}

function guardVerb(named: NamedVerb, guards: HeardGuards): AnyVerb {
  return named.operation.kind === "subscription" ? guardSubscription(named, guards) : guardCall(named, guards);
}

const never = new AbortController().signal;

function guardCall({ name, operation, serve, serveUnmasked }: NamedVerb, guards: HeardGuards): AnyVerb {
  const openFailures = new FailuresAnHour();
  const toldOf = (error: unknown, principal: Principal): Told => {
    if (error instanceof Refusal && error.unaudited) return "left-out";
    if (operation.access === "open") return openFailures.take("");
    return operation.access === "self" && isAudited(operation) ? guards.heard.take(whoOf(principal)) : "told";
  };
  return async (principal, raw, { signal = never } = {}) => {
    if (isOver(principal)) throw credentialOver();
    const input = operation.input.parse(raw);
    const note = async (outcome: "done" | "refused" | "failed", told: { change?: Change; problem?: string } = {}): Promise<void> => {
      if (isAudited(operation) || outcome === "refused")
        await guards.audit.write(auditEntry({ name, operation, principal, input, outcome, ...told }));
    };
    const decision = guards.authorizer.decide(principal, { name, operation, input });
    if (decision.kind === "deny") {
      // Callers who have not signed in get no entries, or they could fill the audit. Those who have get a bounded number, so that they
      // cannot push everything else out of it.
      const told = decision.signIn ? "left-out" : guards.heard.take(whoOf(principal));
      if (told !== "left-out") await note("refused", { problem: "FORBIDDEN", ...lastOf(told) });
      throw refusalOf(name, decision);
    }
    const unmasked = await isUnmasked(guards.unmasking, principal, {
      name,
      operation,
      input,
      isTold: () => guards.heard.take(whoOf(principal)) !== "left-out",
    });
    let change: Change = {};
    const changed = (more: Change): void => {
      change = { ...change, ...more };
    };
    const verb = seenVerb({ name, operation }, principal, guards) ?? (unmasked ? serveUnmasked : serve);
    const hold = held(guards.standing, { principal, operation, signal: signal === never ? undefined : signal });
    let output: unknown;
    try {
      refuseUnable(guards.runtime, operation.needs);
      const serving = (): unknown => verb(principal, input, { signal: hold?.signal ?? signal, changed });
      output = await (hold === undefined ? serving() : hold.orOver(serving));
    } catch (error) {
      const told = toldOf(error, principal);
      if (told !== "left-out") await note("failed", { change, problem: problemOf(error).code, ...lastOf(told, change) });
      throw error;
    } finally {
      hold?.release();
    }
    await note("done", { change });
    if (operation.kind === "bytes") return piecesWhileGood(output, guards.standing, principal);
    return guards.checkOutputs === true ? checked(name, operation, output) : output;
  };
}

function whoOf({ kind, name }: Principal): string {
  return `${kind} ${name}`;
}

function lastOf(told: Told, change: Change = {}): { change?: Change } {
  if (told !== "last") return {};
  const after = [change.after, "what else is refused or fails in this hour is not told"].filter((text) => text !== undefined);
  return { change: { ...change, after: after.join("; ") } };
}

/** Refuses before anything has begun, so that no answer is silently incomplete and no row fails later. */
function refuseUnable(runtime: Guards["runtime"], needs: Capability | undefined): void {
  if (runtime !== undefined && needs !== undefined && !runtime.capabilities[needs].able) throw new CapabilityMissing(runtime, needs);
}

/** A subscription ends with its caller's signal; a refusal is thrown before the first frame. */
function guardSubscription({ name, operation, serve }: NamedVerb, guards: Guards): AnyVerb {
  return (principal, raw, { signal = never } = {}) => {
    const input = operation.input.parse(raw);
    const decision = guards.authorizer.decide(principal, { name, operation, input });
    if (decision.kind === "deny") throw refusalOf(name, decision);
    refuseUnable(guards.runtime, operation.needs);
    const open = (until: AbortSignal): AsyncIterable<unknown> => {
      const verb = seenVerb({ name, operation }, principal, guards) ?? serve;
      const frames = verb(principal, input, { signal: until, changed: () => undefined }) as AsyncIterable<unknown>;
      return guards.checkOutputs === true ? eachChecked(name, operation, frames) : frames;
    };
    const { credential } = principal;
    if (credential === undefined || guards.standing === undefined) return open(signal);
    return whileGood(open, { signal, watched: guards.standing.watch(credential, principal) });
  };
}

/** The verb for a caller who sees only some namespaces, if the operation is filtered by them. Undefined when everything is shown. */
function seenVerb(
  { name, operation }: Pick<NamedVerb, "name" | "operation">,
  principal: Principal,
  guards: Guards,
): ServedVerb | undefined {
  if (operation.scope !== "namespaces") return undefined;
  const role = neededRole(operation.access);
  if (role === null || sightOf(principal.rights, role) === undefined) return undefined;
  const services = guards.sights?.servicesFor(principal, role) as unknown as ServedVerbs | undefined;
  const [noun = "", verb = ""] = name.split(".");
  const seen = services?.[noun]?.[verb];
  if (seen === undefined) throw new Error(`nothing shows ${name} through a sight`);
  return seen;
}

async function* whileGood(
  open: (until: AbortSignal) => AsyncIterable<unknown>,
  { signal, watched }: { signal: AbortSignal; watched: Watched },
): AsyncGenerator<unknown> {
  try {
    yield* open(AbortSignal.any([signal, watched.signal]));
    if (watched.signal.aborted) throw credentialOver();
  } finally {
    watched.release();
  }
}

async function* eachChecked(name: string, operation: Operation, frames: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const frame of frames) yield checked(name, operation, frame);
}

/** Returns the answer itself and not the parsed copy, because production sends the answer. */
function checked(name: string, { output }: Operation, answer: unknown): unknown {
  const parsed = output.safeParse(answer);
  if (!parsed.success) throw new Error(`${name} answers what the contract does not say: ${parsed.error.message}`);
  return answer;
}

function refusalOf(name: string, { reason, signIn }: Extract<Decision, { kind: "deny" }>): GatewayError {
  if (signIn)
    return new GatewayError("UNAUTHENTICATED", {
      detail: `Nobody is signed in: ${reason}.`,
      where: name,
      cure: "Sign in at the console, or send a token as Authorization: Bearer sb_….",
    });
  return new GatewayError("FORBIDDEN", {
    detail: `Not allowed: ${reason}.`,
    where: name,
    cure: "Ask an admin of this gateway for the right to it.",
  });
}
