/**
 * Ingress messages of the wire as the engine's: defaults filled in, 64-bit numbers made safe, and bytes that do not keep a large frame
 * alive.
 */
import type { IngressMessage, ProducerBatch } from "@signalbox/runtime";
import { toBigInt, type PublishMessageProperties, type SendRequest } from "@signalbox/proto";
import { traceOfRequest } from "../../listener/trace-headers.ts";
import { checkedValue } from "../../values/checked-value.ts";
import { invalidRequest } from "./grpc-status.ts";

const defaultValueType = "io.statefun.types/string";
const idempotencyKeyCharactersMax = 256;
/**
 * A value may keep a buffer alive that is at most this large, or this much larger than itself. Otherwise one waiting message per frame
 * would keep the whole frame in memory.
 */
const sharedBufferBytesMax = 1024;
const sharedBufferFactorMax = 4;
const noBytes = new Uint8Array(0);

export function sentMessage(request: SendRequest): IngressMessage {
  if (request.idempotencyKey.length > idempotencyKeyCharactersMax) {
    throw invalidRequest(
      `The idempotency key has ${request.idempotencyKey.length} characters.`,
      "idempotency_key",
      `Use at most ${idempotencyKeyCharactersMax}.`,
    );
  }
  return {
    target: { type: request.type, id: request.id },
    value: checkedValue({ typename: request.valueType || defaultValueType, bytes: ownBytes(request.value) }, "value"),
    idempotencyKey: request.idempotencyKey || undefined,
  };
}

export function publishedMessage(wire: PublishMessageProperties): ProducerBatch["messages"][number] {
  const sequence = safeSequence(wire);
  return {
    sequence,
    message: {
      target: { type: wire.type ?? "", id: wire.id ?? "" },
      value: checkedValue({ typename: wire.valueType || defaultValueType, bytes: ownBytes(wire.value) }, "messages.value"),
      headers: wire.traceparent ? traceOfRequest({ traceparent: wire.traceparent, tracestate: wire.tracestate || undefined }) : undefined,
    },
  };
}

/** A forgotten field reads as 0, which would be taken for a repeat and dropped, so 0 is refused. */
function safeSequence(wire: PublishMessageProperties): number {
  const field = wire.sequence;
  if (typeof field === "object" && field !== null && field.high === 0 && field.low > 0) return field.low;
  const exact = toBigInt(field);
  if (exact < 1n || exact > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw invalidRequest(
      `The sequence ${exact} is not usable.`,
      "messages.sequence",
      "Number a producer's messages from 1 upwards, at most 2^53 - 1.",
    );
  }
  return Number(exact);
}

function ownBytes(bytes: Uint8Array | null | undefined): Uint8Array {
  if (bytes === null || bytes === undefined || bytes.length === 0) return noBytes;
  const kept = bytes.buffer.byteLength;
  return kept <= sharedBufferBytesMax || kept <= bytes.length * sharedBufferFactorMax ? bytes : new Uint8Array(bytes);
}
