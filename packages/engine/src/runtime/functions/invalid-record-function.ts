/** InvalidRecordFunction: takes no message (model/built-in.ts). The reason is what the ingress wrote into the record, cut; anything else counts as none. */
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";

const reasonCharactersMax = 500;
const textBytesMax = 64 * 1024;

export function invalidRecordFunction({ inputs }: Pick<InvocationRequest, "inputs">): InvocationOutcome {
  const bytes = inputs[0]?.value.bytes;
  return {
    kind: "failure",
    failure: {
      code: "REJECTED",
      scope: "entity",
      message: (bytes === undefined ? undefined : reasonIn(bytes)) ?? "an ingress could not make a message of a record",
      cure: "See the raw record, mend its sender, then discard it here.",
      retryAfterMs: undefined,
      raw: undefined,
    },
  };
}

/** The beginning of the value is enough, because the reason stands before the bytes of the record. */
function reasonIn(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, textBytesMax)).toString("utf8");
  const found = /"what":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  if (found === undefined) return undefined;
  try {
    return String(JSON.parse(found)).slice(0, reasonCharactersMax);
  } catch {
    return undefined;
  }
}
