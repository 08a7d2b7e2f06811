/**
 * streamAnswers: the answers of a call that wants many, one after the other, from any number on. They are kept, so a client that reconnects
 * goes on where it stopped. When a target of the call is parked, the stream ends with the reason (CALL_PARKED); the answers so far stay.
 * Neighbours: calls-service.ts bounds how many are open; the engine's call-stream-function.ts numbers the answers.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { callCutTypename, callDoneTypename, EngineError, type Engine } from "@signalbox/runtime";
import type { StreamedAnswer } from "../../contract/messages/calls.ts";
import { mustReach, type CallKinds } from "./call-kind.ts";
import { mustNotBeParked } from "./call-parked.ts";

const firstWaitMs = 250;
/** How long an open stream may be silent, and how long a reader that has gone keeps its place. */
const waitMsMax = 5_000;
/**
 * The longest time between two checks of the trace. A check reads the journal from the call on, so a stream that is open for long is
 * checked rarely.
 */
const lookMsMax = 600_000;
/**
 * How much of one stream is sent without a pause. Kept answers come without a wait in between, and without pauses a thousand streams would
 * each put megabytes into their sockets.
 */
const turnBytesMax = 16 * 1024;
const turnAnswersMax = 32;

interface Place {
  readonly messageId: number;
  readonly from: number;
  readonly kinds: Pick<CallKinds, "mustBe">;
}

/** Where no answer comes from that place on, the reason is thrown before the first frame. */
export async function* streamAnswers(
  engine: Engine,
  { messageId, from, kinds }: Place,
  signal: AbortSignal,
): AsyncGenerator<StreamedAnswer> {
  let waitMs = 0;
  let [waitedMs, lookAtMs] = [0, firstWaitMs];
  let [bytes, answers] = [0, 0];
  for (let index = from; !signal.aborted; ) {
    const value = await engine.answer(messageId, { waitMs, index }).catch((error: unknown) => {
      throw comeAgain(error, messageId);
    });
    if (value === undefined && waitMs === 0) {
      await kinds.mustBe(engine, messageId, "many");
      await mustReach(engine, { messageId, from: index });
      yield { kind: "waiting" };
      waitMs = firstWaitMs;
      continue;
    }
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

/** The engine's cure for a wait that is refused is to send again, which would double the call: it goes on, and its answers are kept. */
function comeAgain(error: unknown, messageId: number): unknown {
  if (!(error instanceof EngineError) || error.code === "ENGINE_RESTORING") return error;
  const { code, message, retryAfterMs } = error;
  return new EngineError(
    code,
    message,
    `Ask for its answers again, after the last that came (/v1/calls/${messageId}/answers): the call goes on.`,
    retryAfterMs,
  );
}
