/**
 * EngineEvent: what happened in the engine, told to the observer port as it happens. Counters, the live tail and the flow view are
 * made from it; nothing durable depends on it.
 */
import type { Address } from "./address.ts";
import type { Failure } from "./failure.ts";
import type { JournalRecord } from "./journal-record.ts";
import type { Message } from "./message.ts";

export type EngineEvent =
  | { readonly kind: "message-admitted"; readonly message: Message; readonly ingress: string }
  | { readonly kind: "message-fired"; readonly message: Message }
  /** After a commit was applied to memory (it is durable when `epoch-durable` names its epoch). Also parked, and operator actions. */
  | { readonly kind: "invocation-ended"; readonly record: JournalRecord }
  | {
      readonly kind: "attempt-failed";
      readonly address: Address;
      readonly endpoint: string;
      readonly attempt: number;
      readonly failure: Failure;
      readonly atMs: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: "breaker-changed";
      readonly endpoint: string;
      readonly state: "closed" | "open" | "probing";
      readonly failure: Failure | undefined;
      readonly atMs: number;
    }
  | { readonly kind: "epoch-durable"; readonly epoch: number; readonly atMs: number; readonly syncMs: number; readonly writes: number }
  | { readonly kind: "bindings-changed"; readonly atMs: number }
  | { readonly kind: "stopped"; readonly reason: string; readonly atMs: number };
