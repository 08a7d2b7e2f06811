/**
 * streamAnswers: the answers of a call that wants many, one after the other, from any of them on: they are kept, so whoever comes again goes on
 * where the last one ended. Where a target of the call is parked the stream ends with the reason (CALL_PARKED); what was answered stays.
 * Neighbours: calls-service.ts bounds how many are open; the engine's call-stream-function.ts numbers the answers.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { callCutTypename, callDoneTypename, type Engine } from "@signalbox/runtime";
import type { StreamedAnswer } from "../../contract/calls.ts";
import { mustNotBeParked } from "./call-parked.ts";

const firstWaitMs = 250;
/** So long at most nothing is heard of an open stream, and a reader that has gone holds its place. */
const waitMsMax = 5_000;
/** From one look at the trace to the next at most. A look reads the journal from the call on, so a stream that stays open long is looked at rarely. */
const lookMsMax = 600_000;
/** So much of one stream in a row: answers that are kept come without a wait in between, and sockets take megabytes, of each of a thousand streams. */
const turnBytesMax = 16 * 1024;
const turnAnswersMax = 32;

interface Place {
  readonly messageId: number;
  readonly from: number;
}

export async function* streamAnswers(engine: Engine, { messageId, from }: Place, signal: AbortSignal): AsyncGenerator<StreamedAnswer> {
  let waitMs = firstWaitMs;
  let [waitedMs, lookAtMs] = [0, firstWaitMs];
  let [bytes, answers] = [0, 0];
  for (let index = from; !signal.aborted; ) {
    const value = await engine.answer(messageId, { waitMs, index });
    if (value === undefined) {
      waitedMs += waitMs;
      if (waitedMs >= lookAtMs) {
        await mustNotBeParked(engine, messageId, `/v1/calls/${messageId}/answers`);
        lookAtMs = waitedMs + Math.min(waitedMs, lookMsMax);
      }
      yield { kind: "waiting" };
      waitMs = Math.min(waitMs * 2, waitMsMax);
      continue;
    }
    if (value.typename === callDoneTypename) return yield { kind: "done" };
    if (value.typename === callCutTypename) return yield { kind: "cut", reason: new TextDecoder().decode(value.bytes) };
    yield { kind: "answer", index, value };
    index++;
    waitMs = firstWaitMs;
    bytes += value.bytes.length;
    if (bytes < turnBytesMax && ++answers < turnAnswersMax) continue;
    await nextTurn();
    [bytes, answers] = [0, 0];
  }
}
