/**
 * Action: what the shell shall do to the world. `acknowledge` is only ever returned once the epoch that holds the change is durable (G3).
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { EngineErrorCode } from "@signalbox/runtime/model/engine-error";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { OutboxDelivery } from "../model/outbox-entry.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";

export interface Refusal {
  readonly code: EngineErrorCode;
  readonly message: string;
  readonly cure: string;
  readonly retryAfterMs: number | undefined;
}

export type Acknowledgement =
  | { readonly kind: "accepted"; readonly messageId: number; readonly traceId: number; readonly repeated: boolean }
  | { readonly kind: "producer"; readonly durableSequence: number }
  | { readonly kind: "changed"; readonly changed: number }
  /** The answer; undefined when none came while the request waited. */
  | { readonly kind: "answer"; readonly value: TypedValue | undefined }
  /**
   * The call was accepted, but this request does not wait for its answer: the sender must ask for it (another partition may hold it).
   */
  | { readonly kind: "not-awaited" }
  | { readonly kind: "received"; readonly through: number };

export type Action =
  | { readonly kind: "invoke"; readonly request: InvocationRequest }
  | { readonly kind: "load"; readonly address: Address; readonly keyPart: string; readonly names: readonly string[] }
  | {
      readonly kind: "load-mailbox";
      readonly address: Address;
      readonly keyPart: string;
      readonly afterSequence: number;
      readonly limit: number;
    }
  /**
   * Reads whole mailboxes of a type in order of key, about `rowsMax` rows, and only rows below `sequenceEnd`. `held`: reads the mailbox of
   * one entity only.
   */
  | {
      readonly kind: "read-cold";
      readonly scan: number;
      readonly type: string;
      readonly held: string | undefined;
      readonly gte: string;
      readonly lt: string;
      readonly sequenceEnd: number;
      readonly rowsMax: number;
    }
  | { readonly kind: "load-timers"; readonly afterDueMs: number; readonly afterSequence: number; readonly limit: number }
  /** Delivers what is durable here to another partition. The command outbox-acknowledged or outbox-undelivered reports how that ended. */
  | { readonly kind: "forward"; readonly delivery: OutboxDelivery; readonly round: number }
  | { readonly kind: "load-outbox"; readonly to: number; readonly afterSequence: number; readonly limit: number }
  | { readonly kind: "acknowledge"; readonly request: number; readonly acknowledgement: Acknowledgement }
  | { readonly kind: "refuse"; readonly request: number; readonly refusal: Refusal }
  | { readonly kind: "observe"; readonly event: EngineEvent };

export type Actions = Action[];
