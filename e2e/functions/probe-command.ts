/** ProbeCommand: what a conformance probe can be told to do, the same for every SDK. JSON of type conformance/command. */
export type ProbeCommand = { readonly note?: string } & (
  | { readonly op: "note" }
  | { readonly op: "set"; readonly name: string; readonly value: unknown }
  | { readonly op: "delete"; readonly name: string }
  | { readonly op: "increment" }
  | { readonly op: "send"; readonly to: readonly { readonly id: string; readonly command: ProbeCommand }[] }
  | { readonly op: "send-after"; readonly delayMs: number; readonly id: string; readonly command: ProbeCommand; readonly token?: string }
  | { readonly op: "cancel"; readonly token: string }
  | { readonly op: "egress"; readonly egress: string; readonly value: unknown; readonly valueType: string }
  | { readonly op: "answer"; readonly value: unknown; readonly valueType: string }
  | { readonly op: "wait"; readonly waitMs: number }
  | { readonly op: "throw" }
);

/** One line per message that a probe received, in its state `notes`. */
export interface ProbeNote {
  readonly note: string;
  /** The caller as `type/id`, or null when the message came from an ingress. */
  readonly caller: string | null;
  /** Messages with the same number came in the same request. */
  readonly batch: number;
  /** True when the function was entered for this entity while an earlier request still ran. */
  readonly overlapped: boolean;
}
