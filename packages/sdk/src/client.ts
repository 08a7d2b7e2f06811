/**
 * Client: sends typed messages to a gateway over HTTP and reads entities, with the definitions that the functions are written with.
 * Neighbours: message.ts and entity.ts make what is sent. A message counts as sent once the gateway says that it is durable.
 */
import type { Address } from "./address.ts";
import { types } from "./built-in-types.ts";
import { callMany, callOnce, type CallOptions, type Called, type PostCall } from "./client-calls.ts";
import type { AnyEntity } from "./entity.ts";
import { headerBytes } from "./header-bytes.ts";
import type { OutgoingMessage } from "./message.ts";
import type { TypedBytes } from "./protocol/typed-value.ts";
import type { ValueType } from "./value-type.ts";

export interface ClientOptions {
  /** How long to wait for an answer; 30 s by default. */
  readonly timeoutMs?: number;
  /** Sent with every request, for example an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Sent {
  readonly messageId: number;
  readonly traceId: number;
}

export interface EntitySnapshot {
  readonly status: string;
  readonly mailboxDepth: number;
  /** The states, decoded by the definition's types; an empty state is absent. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** The gateway refused the request. Code, place and cure come from the gateway. */
export class GatewayProblem extends Error {
  override readonly name = "GatewayProblem";
  readonly status: number;
  readonly code: string;
  readonly cure: string;

  constructor(status: number, problem: { readonly code: string; readonly detail: string; readonly cure: string }) {
    super(`${problem.code}: ${problem.detail}`);
    this.status = status;
    this.code = problem.code;
    this.cure = problem.cure;
  }
}

/** How far the trace of a message has come. */
export interface TraceEnd {
  /**
   * done: everything that followed from the message has run. parked: a part waits for a person, and `waiting` says where. under-way: it was
   * still running when the time was over.
   */
  readonly state: "done" | "parked" | "under-way";
  /** Invocations that have run. */
  readonly invocations: number;
  /** Entities where messages of it wait. */
  readonly waiting: readonly (Address & { readonly status: string })[];
}

export interface TraceOptions {
  /** The longest wait; 30 s by default. */
  readonly timeoutMs?: number;
  /** Ends the wait: the promise rejects with its reason. What runs goes on. */
  readonly signal?: AbortSignal;
}

export interface SendOptions {
  /** With a key, a repeated message counts once. */
  readonly idempotencyKey?: string;
  /** Gives the request up. The message may be durable by then: send it again with the same key. */
  readonly signal?: AbortSignal;
}

export interface Client {
  /**
   * Resolves once the message is durable. With a key, a repeated message counts once.
   * @example
   * await client.send(cart.to("ada").message("AddItem", { sku: "sku-1", count: 2 }), { idempotencyKey: "order-17" });
   */
  send(message: OutgoingMessage, options?: SendOptions): Promise<Sent>;
  /**
   * Waits until all that followed from a message has run, across functions; or until some of it waits for a person.
   * @example
   * const sent = await client.send(cart.to("ada").message("AddItem", item));
   * if ((await client.trace(sent)).state !== "done") throw new Error("the order did not go through");
   */
  trace(sent: Pick<Sent, "traceId">, options?: TraceOptions): Promise<TraceEnd>;
  /**
   * Sends the message as a call and waits (10 s unless given, at most 60) for what the function sends first to its caller (`ctx.reply`).
   * @example
   * const { answer } = await client.call(message({ type: "shop/stock", id: "sku-1" }, types.string, "how many?"), types.int);
   */
  call<Value>(
    message: OutgoingMessage,
    type: ValueType<Value>,
    options?: CallOptions & { readonly waitMs?: number },
  ): Promise<Called<Value>>;
  /**
   * Sends the message as a call with many answers and gives them as they come, until the function says that it is done (`ctx.replyDone`).
   * @example
   * for await (const step of client.answers(message({ type: "shop/order", id: "17" }, types.string, "ship"), types.string)) console.log(step);
   */
  answers<Value>(message: OutgoingMessage, type: ValueType<Value>, options?: CallOptions): AsyncGenerator<Value, void, undefined>;
  /** undefined when there is no such entity. */
  entity(definition: AnyEntity, id: string, options?: { readonly signal?: AbortSignal }): Promise<EntitySnapshot | undefined>;
}

export function createClient(url: string, options: ClientOptions = {}): Client {
  const base = new URL(url);
  const path = (kind: string, { type, id }: Address): URL => {
    const place = [...type.split("/"), id].map(encodeURIComponent).join("/");
    return new URL(`${base.pathname.replace(/\/$/, "")}/v1/${kind}/${place}`, base);
  };
  const ask = async (to: URL, init: Omit<RequestInit, "signal">, signal: AbortSignal | undefined): Promise<Response> => {
    const headers = { ...options.headers, ...(init.headers as Record<string, string> | undefined) };
    const late = AbortSignal.timeout(options.timeoutMs ?? 30_000);
    return fetch(to, { ...init, headers, signal: signal === undefined ? late : AbortSignal.any([signal, late]) });
  };
  const postCall: PostCall = async ({ target, value }, { headers, query, signal, waitMs }) => {
    const to = new URL(path("calls", target));
    to.search = query;
    const late = waitMs === undefined ? [] : [AbortSignal.timeout(waitMs + (options.timeoutMs ?? 30_000))];
    const signals = [...(signal === undefined ? [] : [signal]), ...late];
    const answer = await fetch(to, {
      method: "POST",
      headers: { ...options.headers, "content-type": contentType(value), ...headers },
      body: bodyOf(value),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  };
  return {
    call: (message, type, how) => callOnce(postCall, { message, type }, how),
    answers: (message, type, how) => callMany(postCall, { message, type }, how),
    async send({ target, value }, { idempotencyKey, signal } = {}) {
      const headers = {
        "content-type": contentType(value),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": headerBytes(idempotencyKey) }),
      };
      const answer = await ask(path("messages", target), { method: "POST", headers, body: bodyOf(value) }, signal);
      if (!answer.ok) throw await problemOf(answer);
      return (await answer.json()) as Sent;
    },
    async trace({ traceId }, { timeoutMs = 30_000, signal } = {}) {
      const endsMs = performance.now() + timeoutMs;
      const to = new URL(`${base.pathname.replace(/\/$/, "")}/v1/traces/${traceId}`, base);
      for (let waitMs = traceLookFirstMs; ; waitMs = Math.min(traceLookMaxMs, waitMs * 2)) {
        const answer = await ask(to, { method: "GET" }, signal);
        if (!answer.ok) throw await problemOf(answer);
        const found = traceEnd((await answer.json()) as TraceJson);
        const leftMs = endsMs - performance.now();
        if (found.state !== "under-way" || leftMs <= 0) return found;
        await passed(Math.min(waitMs, leftMs), signal);
      }
    },
    async entity(definition, id, { signal } = {}) {
      const answer = await ask(path("entities", { type: definition.type, id }), { method: "GET" }, signal);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw await problemOf(answer);
      return snapshot(definition, (await answer.json()) as EntityJson);
    },
  };
}

/** The pause between two looks at a trace; it doubles each time. */
const traceLookFirstMs = 25;
const traceLookMaxMs = 1_000;

/** Ends early, without an error, when the signal aborts: the next request then rejects with its reason. */
function passed(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((over) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      over();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
    if (signal?.aborted === true) end();
  });
}

interface TraceJson {
  readonly complete: boolean;
  readonly records: readonly { readonly outcome: string }[];
  readonly waits: readonly { readonly address: Address; readonly status: string }[];
}

function traceEnd({ complete, records, waits }: TraceJson): TraceEnd {
  const waiting = waits.map(({ address: { type, id }, status }) => ({ type, id, status }));
  const state = waiting.some(({ status }) => status === "parked") ? "parked" : complete ? "done" : "under-way";
  return { state, invocations: records.filter(({ outcome }) => outcome === "completed").length, waiting };
}

interface EntityJson {
  readonly status: string;
  readonly mailboxDepth: number;
  /** `bytes` are in base64; null when the state is empty. */
  readonly state: readonly { readonly name: string; readonly bytes: string | null }[];
}

function snapshot(definition: AnyEntity, { status, mailboxDepth, state }: EntityJson): EntitySnapshot {
  const stored = new Map(state.map(({ name, bytes }) => [name, bytes]));
  const values = definition.states.flatMap(({ spec, type }) => {
    const bytes = stored.get(spec.name);
    return bytes === undefined || bytes === null ? [] : [[spec.name, type.decode(Uint8Array.from(Buffer.from(bytes, "base64")))] as const];
  });
  return { status, mailboxDepth, state: Object.fromEntries(values) };
}

function contentType({ typename }: TypedBytes): string {
  return headerBytes(`application/vnd.${typename}`);
}

/** Over HTTP, values of built-in types are JSON scalars, and all others are sent as bytes. */
function bodyOf({ typename, bytes }: TypedBytes): Uint8Array<ArrayBuffer> | string {
  const builtIn = Object.values(types).find((type) => type.typename === typename);
  return builtIn === undefined ? Uint8Array.from(bytes) : scalarJson(builtIn.decode(bytes));
}

function scalarJson(value: boolean | number | bigint | string): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return JSON.stringify(String(value));
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

async function problemOf(answer: Response): Promise<GatewayProblem> {
  const text = await answer.text();
  try {
    const { code, detail, cure } = JSON.parse(text) as Record<string, unknown>;
    if (typeof code === "string") return new GatewayProblem(answer.status, { code, detail: String(detail), cure: String(cure) });
  } catch {
    // The answer is no problem of the gateway; a proxy in front of it may answer in another form.
  }
  const detail = `status ${answer.status}: ${text.slice(0, 200)}`;
  return new GatewayProblem(answer.status, {
    code: "NOT_A_GATEWAY",
    detail,
    cure: "Check the URL: a Signalbox gateway answers with problem+json.",
  });
}
