/**
 * answerStream: the answers of a call as a gRPC stream. A client that reads slowly slows down the source, and one that disconnects ends it.
 * Neighbours: call-methods.ts, services/calls/stream-answers.ts (where they come from).
 */
import { once } from "node:events";
import type { handleServerStreamingCall, ServerWritableStream } from "@grpc/grpc-js";
import { toBigInt, type AnswersRequest, type StreamedAnswerProperties } from "@signalbox/proto";
import type { StreamedAnswer } from "../../contract/messages/calls.ts";
import type { Principal } from "../../contract/principal.ts";
import type { WhoAsks } from "../../identity/identity.ts";
import { grpcRefusal } from "./grpc-status.ts";
import { mustBeDecoded } from "./service-definitions.ts";
import { grpcPrincipal } from "./unary.ts";

export type AnswerSource = (
  principal: Principal,
  place: { readonly messageId: number; readonly from: number },
  signal: AbortSignal,
) => Promise<AsyncIterable<StreamedAnswer>>;

type Call = ServerWritableStream<AnswersRequest, StreamedAnswerProperties>;

export function answerStream(
  identity: Pick<WhoAsks, "principalOf">,
  source: AnswerSource,
): handleServerStreamingCall<AnswersRequest, StreamedAnswerProperties> {
  return (call) => {
    // A broken stream needs no answer, but an error without a listener would end the process.
    call.on("error", () => undefined);
    const disconnected = new AbortController();
    for (const end of ["cancelled", "close"]) call.once(end, () => disconnected.abort());
    const open = async (): Promise<AsyncIterable<StreamedAnswer>> => {
      mustBeDecoded(call.request);
      const principal = await grpcPrincipal(identity, call);
      const place = { messageId: Number(toBigInt(call.request.messageId)), from: call.request.from };
      return source(principal, place, disconnected.signal);
    };
    writeAll(call, open, disconnected.signal).catch((error: unknown) => {
      if (!disconnected.signal.aborted) call.emit("error", grpcRefusal(error, "Answers"));
    });
  };
}

async function writeAll(call: Call, open: () => Promise<AsyncIterable<StreamedAnswer>>, disconnected: AbortSignal): Promise<void> {
  for await (const answer of await open()) {
    const message = messageOf(answer);
    if (disconnected.aborted) return;
    if (message !== undefined && !call.write(message)) await once(call, "drain", { signal: disconnected });
  }
  call.end();
}

function messageOf(answer: StreamedAnswer): StreamedAnswerProperties | undefined {
  switch (answer.kind) {
    case "waiting":
      return undefined;
    case "done":
      return { done: true };
    case "cut":
      return { done: true, cut: answer.reason };
    case "answer":
      return { index: answer.index, answer: { valueType: answer.value.typename, value: answer.value.bytes } };
  }
}
