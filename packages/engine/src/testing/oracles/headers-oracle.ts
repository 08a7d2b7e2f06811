/**
 * HeadersOracle: the headers of a message are there when its function gets it, and what a function causes has the trace context of the
 * message that caused it. Functions and consumers check it (interpreter.ts and sim-egress.ts ask): whichever way a message took (disk,
 * memory, another partition, a timer, a savepoint), it arrives with the headers that it was sent with.
 */
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import { callTypes } from "@signalbox/runtime/model/call";
import { inputId, type InvocationInput } from "@signalbox/runtime/model/invocation";
import { headersText, inheritedHeaders, traceHeaders, type MessageHeader } from "@signalbox/runtime/model/message-headers";
import { must } from "../sim/trace.ts";

/** The headers of a message that a client sends; two of three have some. */
export function headersOfRoot(programId: number): string | undefined {
  if (programId % 3 === 0) return undefined;
  const digits = programId.toString(16);
  const context = traceHeaders(`00-${digits.padStart(32, "a")}-${digits.padStart(16, "b")}-01`, programId % 2 === 0 ? "sim=1" : undefined);
  const own: MessageHeader[] =
    programId % 3 === 1
      ? [
          ["Tenant", "käse"],
          ["raw", { base64: "/w==" }],
        ]
      : [];
  return headersText([...own, ...context]);
}

/**
 * The headers that an output of this batch may have. Where the reply does not say which input caused the output, the engine takes one of
 * them.
 */
export function inheritedFrom(inputs: readonly InvocationInput[]): (string | null)[] {
  return [...new Set(inputs.map((input) => inheritedHeaders(input.headers, inputId(input)) ?? null))];
}

/** `inherited` is what its sender saw; undefined when a client sent it. */
export function checkHeaders(
  self: Address,
  input: InvocationInput,
  { programId, inherited }: { programId: number; inherited: readonly (string | null)[] | undefined },
): void {
  const fromClient = input.caller === undefined || callTypes.has(input.caller.type);
  const expected = fromClient ? [headersOfRoot(programId) ?? null] : (inherited ?? [null]);
  must(
    expected.includes(input.headers ?? null),
    () =>
      `headers: ${formatAddress(self)} got message ${programId} with ${input.headers ?? "none"}, it was sent with ${expected.join(" or ")}`,
  );
}
