/**
 * ClientCalls: messages whose sender waits for what the function sends back: one answer, or many as they come. Neighbour: client.ts, whose
 * requests these are. A call is as durable as any message, and the gateway keeps its answers when the client goes away.
 */
import { EventTexts } from "./event-texts.ts";
import { headerBytes } from "./header-bytes.ts";
import type { OutgoingMessage } from "./message.ts";
import type { TypedBytes } from "./protocol/typed-value.ts";
import { ValueError, type ValueType } from "./value-type.ts";

/** Sends the message to /v1/calls with these headers and checks the status. With waitMs, the whole must end soon after that. */
export type PostCall = (
  message: OutgoingMessage,
  how: {
    readonly headers: Readonly<Record<string, string>>;
    readonly query: string;
    readonly signal?: AbortSignal | undefined;
    readonly waitMs?: number;
  },
) => Promise<Response>;

export interface Called<Value> {
  readonly messageId: number;
  readonly traceId: number;
  /** undefined when none came in time; a later answer is kept (GET /v1/calls/{messageId}). */
  readonly answer: Value | undefined;
}

export interface CallOptions {
  /** With a key, a repeated call counts once and has the same answers. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** The longest text of one event: the largest value in base64, with its head. */
const eventCharactersMax = 32 * 1024 * 1024;

export async function callOnce<Value>(
  post: PostCall,
  { message, type }: { readonly message: OutgoingMessage; readonly type: ValueType<Value> },
  { idempotencyKey, signal, waitMs = 10_000 }: CallOptions & { readonly waitMs?: number } = {},
): Promise<Called<Value>> {
  const headers = { accept: "application/octet-stream", ...keyHeader(idempotencyKey) };
  const answer = await post(message, { headers, query: `?timeout=${waitMs}ms`, signal, waitMs });
  const numbers = { messageId: numberIn(answer, "signalbox-message-id"), traceId: numberIn(answer, "signalbox-trace-id") };
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (answer.status === 202) return { ...numbers, answer: undefined };
  const typename = decodeURI(answer.headers.get("signalbox-typename") ?? "");
  return { ...numbers, answer: decoded(type, { typename, bytes }) };
}

export async function* callMany<Value>(
  post: PostCall,
  { message, type }: { readonly message: OutgoingMessage; readonly type: ValueType<Value> },
  { idempotencyKey, signal }: CallOptions = {},
): AsyncGenerator<Value, void, undefined> {
  const headers = { accept: "text/event-stream, application/octet-stream", ...keyHeader(idempotencyKey) };
  const answer = await post(message, { headers, query: "", signal });
  if (answer.body === null) throw new Error("the gateway answered without a body");
  for await (const { name, data } of eventsOf(answer.body)) {
    const fields = JSON.parse(data) as { typename?: string; bytes?: string; reason?: string; code?: string; detail?: string };
    if (name === "done") return;
    if (name === "cut") throw new Error(`the answers were cut: ${fields.reason ?? ""}`);
    if (name === "problem") throw new Error(`${fields.code ?? "problem"}: ${fields.detail ?? ""}`);
    const bytes = Uint8Array.from(atob(fields.bytes ?? ""), (character) => character.charCodeAt(0));
    yield decoded(type, { typename: fields.typename ?? "", bytes });
  }
  throw new Error("the connection ended before the last answer; the same idempotency key gets all of them again");
}

interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Parses only the form of server-sent events that the gateway writes: a name, and one line of data. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  const texts = new EventTexts(eventCharactersMax);
  for await (const chunk of body) {
    for (const event of texts.take(decoder.decode(chunk, { stream: true }))) {
      const field = (name: string): string | undefined =>
        event
          .split("\n")
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const name = field("event");
      if (name !== undefined) yield { name, data: field("data") ?? "{}" };
    }
  }
}

function keyHeader(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { "idempotency-key": headerBytes(key) };
}

function numberIn(answer: Response, header: string): number {
  return Number(answer.headers.get(header) ?? 0);
}

function decoded<Value>(type: ValueType<Value>, { typename, bytes }: TypedBytes): Value {
  if (typename !== type.typename) throw new ValueError(`the answer is a ${typename}, expected a ${type.typename}`);
  return type.decode(bytes);
}
