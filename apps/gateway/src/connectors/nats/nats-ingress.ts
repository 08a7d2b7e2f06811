/**
 * openNatsIngress: reads a stream in order from its position, the sequence of the last message taken. Nothing is acknowledged: the position
 * is in the epoch of the messages, so each is taken once. A stream that was created again, or did not exist at first, is read from its
 * first message.
 */
import type { IngressContext, IngressRecord, OpenIngress, PartProgress } from "../connector.ts";
import { messageOfInvalid } from "../invalid-handling.ts";
import { messageHeaders } from "../record-headers.ts";
import { connectNats, type ConnectNats } from "./nats-client.ts";
import { connectorFailureOf, NatsError } from "./nats-failure.ts";
import { entityIdOf } from "./nats-routing.ts";
import type { NatsCalls, NatsMessage, NatsStream } from "./nats-wire.ts";
import type { NatsIngressSpec } from "./nats.ts";

const absent = "absent";
const lookAgainMs = 20;

export async function openNatsIngress(
  spec: NatsIngressSpec,
  context: IngressContext,
  connect: ConnectNats = connectNats,
): Promise<OpenIngress> {
  let calls: NatsCalls | undefined;
  try {
    calls = await connect(spec.access, context);
    const stream = await described(calls, spec.stream, context);
    return new NatsIngress({ spec, context, calls, stream, from: await startOf(spec, { context, stream }) });
  } catch (error) {
    await calls?.close();
    throw connectorFailureOf(error);
  }
}

type From = { readonly sequence: number } | { readonly atMs: number };

async function described(calls: NatsCalls, stream: string, context: IngressContext): Promise<NatsStream> {
  try {
    return await calls.stream(stream);
  } catch (error) {
    if (error instanceof NatsError && error.code === "StreamNotFoundError") await remembersAbsence(context);
    throw error;
  }
}

/** A stream that does not exist yet has no messages that `latest` could skip. */
async function remembersAbsence(context: IngressContext): Promise<void> {
  if ((await context.position()) !== undefined) return;
  await context.accept([], { position: positionText(absent, 0) });
  while (!context.signal.aborted && (await context.position()) === undefined) await context.wait(lookAgainMs);
}

function positionText(created: string, sequence: number): string {
  return `${created} ${sequence}`;
}

/** Where to begin. For `latest` the place is made durable before anything is read. */
async function startOf(
  { startup, stream: name }: NatsIngressSpec,
  { context, stream }: { readonly context: IngressContext; readonly stream: NatsStream },
): Promise<From> {
  const text = await context.position();
  if (text !== undefined) {
    const [created, sequence] = text.split(" ");
    const next = created === stream.created ? Number(sequence) + 1 : 1;
    if (created !== absent && next < stream.firstSequence) {
      const what = `${name}: the messages ${next} to ${stream.firstSequence - 1} were gone before they were read`;
      context.note({ what, cure: "Let the stream keep messages for longer." });
    }
    return { sequence: next };
  }
  switch (startup.kind) {
    case "earliest":
      return { sequence: 1 };
    case "sequence":
      return { sequence: startup.sequence };
    case "date":
      return { atMs: startup.atMs };
    case "latest":
      await context.accept([], { position: positionText(stream.created, stream.lastSequence) });
      return { sequence: stream.lastSequence + 1 };
  }
}

interface NatsIngressParts {
  readonly spec: NatsIngressSpec;
  readonly context: IngressContext;
  readonly calls: NatsCalls;
  readonly stream: NatsStream;
  readonly from: From;
}

class NatsIngress implements OpenIngress {
  readonly ended: Promise<void>;
  readonly #parts: NatsIngressParts;
  readonly #reading: Promise<void>;
  #progress: PartProgress | undefined;

  constructor(parts: NatsIngressParts) {
    this.#parts = parts;
    this.#reading = this.#read().catch((error: unknown) => {
      if (!parts.context.signal.aborted) throw connectorFailureOf(error);
    });
    const cut = parts.calls.closed.then((error) => {
      if (!parts.context.signal.aborted) throw connectorFailureOf(error ?? cutOff(parts.spec.stream));
    });
    this.ended = Promise.race([this.#reading, cut]);
  }

  progress(): readonly PartProgress[] {
    return this.#progress === undefined ? [] : [this.#progress];
  }

  async close(): Promise<void> {
    await this.#parts.calls.close();
    await Promise.allSettled([this.#reading, this.ended]);
  }

  async #read(): Promise<void> {
    const { spec, calls, from, context, stream } = this.#parts;
    for await (const message of calls.read(spec.stream, from, spec.subjects)) {
      await context.accept(this.#messagesOf(message), { position: positionText(stream.created, message.sequence) });
      this.#progress = { part: spec.stream, position: String(message.sequence), lag: message.pending };
    }
    if (!context.signal.aborted) throw cutOff(spec.stream);
  }

  #messagesOf(message: NatsMessage): readonly IngressRecord[] {
    const { spec, context } = this.#parts;
    const { messageBytesMax, messageHeadersBytesMax, id: ingress } = context;
    const found = entityIdOf(message, spec.key);
    const reason =
      found.kind === "none"
        ? found.reason
        : message.data.length > messageBytesMax
          ? `it has ${message.data.length} bytes, the limit is ${messageBytesMax}`
          : undefined;
    const value = { typename: spec.valueType, bytes: message.data };
    if (found.kind === "id" && reason === undefined) {
      const headers = messageHeaders(message.headers, messageHeadersBytesMax);
      return spec.targets.map((type) => ({ target: { type, id: found.id }, value, headers }));
    }
    const position = String(message.sequence);
    const at = { part: spec.stream, position };
    context.invalid({ ...at, what: reason ?? "", done: spec.invalid.kind });
    const what = `the message ${position} of ${spec.stream} is no message of an entity: ${reason}`;
    const raw = { ...at, ingress, what, atMs: message.atMs, messageBytesMax };
    const put = messageOfInvalid(spec.invalid, { ...raw, key: Buffer.from(message.subject), value: message.data, headers: [] });
    return put === undefined ? [] : [put];
  }
}

function cutOff(stream: string): NatsError {
  return new NatsError({ code: "ConnectionError", where: stream, detail: "" });
}
