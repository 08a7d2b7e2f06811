/**
 * functions: types and endpoints as the gateway sees them, the check of an endpoint before it is saved, and its registration.
 */
import { z } from "zod";
import { addressView, typeName } from "../shapes/address.ts";
import { knownBefore } from "../shapes/era.ts";
import { failureView } from "../shapes/failure.ts";
import { trialInput, trialResult } from "./function-trial.ts";
import { mutation, nothing, query } from "../operation.ts";
import { pauseView } from "./pauses.ts";
import { outputLineView, processRow, processStanding } from "./process.ts";

const breakerState = z.enum(["closed", "open", "probing"]);
const ingressHold = z.enum(["messages", "limit"]);
const stateRow = z.strictObject({ name: z.string(), typename: z.string(), expiration: z.string() });

/** The state of an endpoint that may scale to zero. */
const sleepView = z.strictObject({
  state: z.enum(["awake", "asleep", "waking"]),
  /** Since when it has been asleep, being woken, or without work. */
  sinceMs: z.number().nullable(),
  /** How often it was woken this time. */
  wakes: z.number(),
  problem: z.strictObject({ code: z.string(), message: z.string(), where: z.string(), cure: z.string() }).nullable(),
});

export const functionTypeRow = z.strictObject({
  type: z.string(),
  /**
   * now: the engine knows the type. checked: an endpoint said that it serves it, and no message came yet. before: a restore went back to a
   * time when nobody knew it.
   */
  known: z.enum(["now", "checked", "before"]),
  knownBefore: knownBefore.nullable(),
  ingressHold: ingressHold.nullable(),
  /** A type whose messages wait on disk and which this type sends to; this type is slowed down for it. */
  heldBackBy: z.string().nullable(),
  /** The pause of the type or of the endpoint that serves it; of two, the one that ends later. */
  pause: pauseView.nullable(),
  endpoint: z.string().nullable(),
  url: z.string().nullable(),
  module: z.string().nullable(),
  breaker: breakerState.nullable(),
  /** The state of the processes that the gateway starts for the endpoint; null when it starts none. */
  processes: processStanding.nullable(),
  sleep: sleepView.nullable(),
  breakerFailure: failureView.nullable(),
  nextProbeMs: z.number().nullable(),
  states: z.array(stateRow),
  waiting: z.number(),
  inFlight: z.number(),
  parked: z.number(),
  paused: z.number(),
  backingOff: z.number(),
  ratePerSecond: z.number(),
  failuresPerSecond: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});
export type FunctionTypeRow = z.output<typeof functionTypeRow>;

export const endpointRow = z.strictObject({
  id: z.string(),
  module: z.string(),
  functions: z.string(),
  urlTemplate: z.string(),
  breaker: breakerState,
  pause: pauseView.nullable(),
  /** The state of the processes that the gateway starts for the endpoint; null when it starts none. */
  processes: processStanding.nullable(),
  sleep: sleepView.nullable(),
  failure: failureView.nullable(),
  sinceMs: z.number().nullable(),
  nextProbeMs: z.number().nullable(),
  /** The first entities that opened the breaker. */
  openedBy: z.array(addressView),
  /** The entity whose request is the probe under way. */
  probe: addressView.nullable(),
  inFlight: z.number(),
  concurrencyLimit: z.number(),
  concurrencyMax: z.number(),
  callTimeoutMs: z.number(),
  /** The most messages in one request, as in the module. */
  maxNumBatchRequests: z.number(),
  /**
   * Whether several invocations go in one request. on: its functions offer it. off: its module says so. none: nobody has offered it lately.
   */
  frames: z.enum(["on", "off", "none"]),
  /** Whether its functions may be called for trials, whose effects count for nothing. */
  replay: z.boolean(),
  /** Names of headers that each call carries. */
  callHeaders: z.array(z.string()),
  /** The public part of the key that signs calls, as base64; null when they are not signed. */
  publicKey: z.string().nullable(),
  /** The types that were seen behind a wildcard, or the one type. */
  types: z.array(z.string()),
});
export type EndpointRow = z.output<typeof endpointRow>;

export const endpointCheck = z.strictObject({
  ok: z.boolean(),
  /** dns | refused | tls | connect-timeout | timeout | status | not-statefun | state-type-changed | ok, or a Failure code. */
  code: z.string(),
  message: z.string(),
  cure: z.string(),
  roundTripMs: z.number().nullable(),
  url: z.string(),
  /** For each named type, whether the function serves it and which states it declares. */
  types: z.array(z.strictObject({ type: z.string(), served: z.boolean(), message: z.string(), states: z.array(stateRow) })),
  /**
   * States that a function declares with another type than the stored one, and how many entities hold a value (at least, when there are
   * more).
   */
  stateChanges: z.array(
    z.strictObject({
      type: z.string(),
      state: z.string(),
      storedAs: z.string(),
      declaredAs: z.string(),
      entities: z.number(),
      more: z.boolean(),
    }),
  ),
});
export type EndpointCheck = z.output<typeof endpointCheck>;

/** Counts as the engine keeps them, for programs; functionTypeRow has rates, and says how a type is known. */
const functionCounts = z.strictObject({
  type: z.string(),
  endpoint: z.string().nullable(),
  waitingMessages: z.number(),
  parkedMessages: z.number(),
  inFlight: z.number(),
  parkedEntities: z.number(),
  pausedEntities: z.number(),
  backingOffEntities: z.number(),
  ingressHold: ingressHold.nullable(),
  states: z
    .array(
      z.strictObject({
        name: z.string(),
        typename: z.string(),
        expiration: z.strictObject({ mode: z.enum(["none", "after-write", "after-invoke"]), afterMs: z.number() }).readonly(),
      }),
    )
    .readonly(),
});

const limitCounts = {
  /** How many messages may start now; null when there is no rate, or each key has its own. */
  tokens: z.number().nullable(),
  waitingMessages: z.number(),
  inFlight: z.number(),
  /** True when somebody who is ready waits for the limit. */
  held: z.boolean(),
  /** When the next token is available, while the rate holds something back. */
  untilMs: z.number().nullable(),
};

export const limitRow = z.strictObject({
  id: z.string(),
  module: z.string(),
  /** What the limit covers: `<namespace>/<name>`, `<namespace>/*`, or the ingress. */
  covers: z.strictObject({ kind: z.enum(["functions", "ingress"]), name: z.string() }),
  per: z.enum(["all", "prefix", "id"]),
  separator: z.string().nullable(),
  messagesPerSecond: z.number().nullable(),
  burst: z.number().nullable(),
  inFlightMax: z.number().nullable(),
  waitingMax: z.number().nullable(),
  ...limitCounts,
  /** The number of keys that have a bucket of their own now. */
  keys: z.number(),
  /** True when other keys share one bucket. */
  shared: z.boolean(),
  /** The keys that are held back first, then those with most messages. */
  topKeys: z.array(z.strictObject({ key: z.string(), ...limitCounts })),
});
export type LimitRow = z.output<typeof limitRow>;

const functionsText = z
  .string()
  .max(512)
  .regex(/^[^/\s]+\/(\*|[^/\s*]+)$/, "write <namespace>/<name> or <namespace>/*");
const endpointInput = z.object({
  urlTemplate: z.string().min(1).max(2048),
  functions: functionsText,
  typeNames: z.array(typeName).max(50),
});

export const functions = {
  types: query({
    summary: "Function types with their endpoint, their rates and what waits",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(functionTypeRow),
    problems: [],
    mcp: [{ tool: "types", about: "Names of types are what the other tools take." }],
  }),
  counts: query({
    summary: "Function types with what waits, and those that only an era before a restore knew",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.strictObject({
      functions: z.array(functionCounts),
      // Types that nobody knows since a restore went back to before them.
      knownBefore: z.array(knownBefore.extend({ type: z.string() })),
    }),
    problems: [],
    trpc: false,
    http: { method: "GET", path: "/v1/functions" },
  }),
  endpoints: query({
    summary: "Endpoints with their breakers",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(endpointRow),
    problems: [],
    http: { method: "GET", path: "/v1/endpoints", under: "endpoints" },
    mcp: [{ tool: "endpoints", about: "A breaker that is open holds up all entities of its functions." }],
  }),
  limits: query({
    summary: "Limits of modules with their buckets and what waits for them",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(limitRow),
    problems: [],
    http: { method: "GET", path: "/v1/limits", under: "limits" },
    mcp: [{ tool: "limits" }],
  }),
  processes: query({
    summary: "Endpoints whose processes the gateway starts, with their instances",
    access: "read",
    scope: "namespaces",
    input: nothing,
    output: z.array(processRow),
    problems: [],
    http: { method: "GET", path: "/v1/processes", under: "processes" },
  }),
  output: query({
    summary: "What the processes of an endpoint wrote, from the line after the given one on",
    access: "read",
    scope: { namespaceOf: "endpoint" },
    input: z.object({ endpoint: functionsText, after: z.number().int().min(0).default(0) }),
    output: z.array(outputLineView),
    problems: ["UNKNOWN_ENDPOINT"],
    http: { method: "GET", path: "/v1/processes/output", under: "lines" },
  }),
  check: mutation({
    summary: "Ask an endpoint whether it speaks the protocol and serves the named types; nothing runs",
    access: "operate",
    scope: { namespaceOf: "functions" },
    changesNothing: true,
    input: endpointInput,
    output: endpointCheck,
    problems: [],
    http: { method: "POST", path: "/v1/endpoint-checks" },
  }),
  try: mutation({
    summary: "Load functions in isolation and, with a message, run one of them: what it would do, without touching state or messages",
    access: "admin",
    scope: "gateway",
    changesNothing: true,
    input: trialInput,
    output: trialResult,
    problems: ["INVALID_VALUE"],
    http: { method: "POST", path: "/v1/function-trials" },
  }),
  register: mutation({
    summary: "Write a module of one endpoint, named from its functions",
    access: "admin",
    scope: { namespaceOf: "functions" },
    subject: ["functions"],
    input: endpointInput,
    output: z.strictObject({ module: z.string(), revision: z.number() }),
    problems: ["INVALID_REQUEST", "INVALID_MODULE"],
  }),
} as const;
