/** RecordedExchange: one request of ours and the answer of an official SDK, both as bytes, in hex, so that a change shows. */
import type { DecodedReply } from "../../src/adapters/wire/wire-decode.ts";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";

export interface RecordedExchange {
  readonly scene: string;
  readonly request: Pick<InvocationRequest, "target" | "state" | "inputs">;
  readonly requestBytes: Uint8Array;
  readonly replyBytes: Uint8Array;
  readonly decoded: DecodedReply;
}

export function wireText(exchanges: readonly RecordedExchange[]): string {
  return `${JSON.stringify(withHex(exchanges), null, 2)}\n`;
}

export function readWire(text: string): RecordedExchange[] {
  const parsed: unknown = JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || !("hex" in part)) return part;
    return new Uint8Array(Buffer.from(String(part.hex), "hex"));
  });
  // A field that JSON leaves out was undefined: an empty state, no caller.
  const exchanges = parsed as RecordedExchange[];
  return exchanges.map(({ request, ...rest }) => ({
    ...rest,
    request: {
      ...request,
      state: request.state.map(({ name, value }) => ({ name, value })),
      inputs: request.inputs.map(({ caller, value }) => ({ caller, value })),
    },
  }));
}

/** Writes bytes as {"hex": …}, and everything else as JSON has it. */
export function withHex(part: unknown): unknown {
  if (part instanceof Uint8Array) return { hex: Buffer.from(part).toString("hex") };
  if (Array.isArray(part)) return part.map(withHex);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).flatMap(([name, inside]) => (inside === undefined ? [] : [[name, withHex(inside)]])));
}
