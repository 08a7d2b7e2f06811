/**
 * callOverTheWire: one invocation as a function process would get it, bytes in and bytes out, without a network. The function's answer is
 * read as strictly as a transport reads it. Neighbours: virtual-engine.ts (calls functions with it), adapters/wire/*.ts (the codecs).
 */
import { decodeFromFunction } from "../../adapters/wire/wire-decode.ts";
import { encodeToFunction } from "../../adapters/wire/wire-encode.ts";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Failure, FailureCode, FailureScope } from "@signalbox/runtime/model/failure";

/** What the far side answers: a reply, or the reason why there is none. */
export type FarSide =
  | { readonly kind: "reply"; readonly bytes: Uint8Array }
  | {
      readonly kind: "failure";
      readonly code: FailureCode;
      readonly scope: FailureScope;
      readonly message: string;
      readonly retryAfterMs?: number;
    };

export async function callOverTheWire(
  request: InvocationRequest,
  answer: (bytes: Uint8Array) => Promise<FarSide>,
): Promise<InvocationOutcome> {
  const said = await answer(encodeToFunction(request));
  if (said.kind === "failure") return failure(said.code, said.scope, said);
  const decoded = decodeFromFunction(said.bytes);
  if (decoded.kind === "error") return failure(decoded.code, "entity", { message: decoded.reason });
  return { kind: "reply", reply: decoded.reply };
}

function failure(
  code: FailureCode,
  scope: FailureScope,
  { message, retryAfterMs }: { message: string; retryAfterMs?: number },
): InvocationOutcome {
  const told: Failure = { code, scope, message, cure: "Look into the function.", retryAfterMs, raw: message };
  return { kind: "failure", failure: told };
}
