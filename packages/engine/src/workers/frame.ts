/**
 * Frame: what passes between the gateway's thread and a partition's: calls, answers and notes. All of one turn of the event loop are in one
 * block of bytes, which is transferred without a copy. Neighbours: frame-port.ts sends and hears frames, payloads.ts says what stands in
 * them.
 *
 *   call:   1, number of the call, method, payload        answer: 2, number of the call, payload
 *   note:   3, kind, payload                              refusal: 4, number of the call, error
 */
import { deserialize, serialize } from "node:v8";
import type { BytesReader, BytesWriter } from "../core/store/bytes-writer.ts";
import { EngineError, StoreError, engineErrorCodes, type EngineErrorCode } from "@signalbox/runtime/model/engine-error";

export const part = { call: 1, answer: 2, note: 3, refusal: 4 } as const;

/** Any plain data; typed arrays cost their own bytes, whatever buffer they are a view of. */
export function writePlain(writer: BytesWriter, value: unknown): void {
  writer.bytes(serialize(value));
}

export function readPlain(reader: BytesReader): unknown {
  return deserialize(reader.bytes());
}

export function writeError(writer: BytesWriter, error: unknown): void {
  const known = error instanceof EngineError;
  writer.text(known ? error.code : "");
  writer.text(error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error));
  writer.text(known ? error.cure : "");
  writer.number(known ? (error.retryAfterMs ?? 0) : 0);
  writer.text(error instanceof StoreError ? error.place : "");
}

export function readError(reader: BytesReader): Error {
  const code = reader.text();
  const message = reader.text();
  const cure = reader.text();
  const retryAfterMs = reader.number();
  const place = reader.text();
  if (!isCode(code)) return new Error(message);
  if (place !== "") return new StoreError(code, { message, place, cure });
  return new EngineError(code, message, cure, retryAfterMs === 0 ? undefined : retryAfterMs);
}

function isCode(text: string): text is EngineErrorCode {
  return engineErrorCodes.some((code) => code === text);
}
