/** The verbs of calls. The engine's callWaitersMax bounds the requests that wait for answers, streamsMax here the streams of answers. */
import type { Engine, TypedValue } from "@signalbox/runtime";
import type { StreamedAnswer } from "../../contract/messages/calls.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";
import { CallKinds } from "./call-kind.ts";
import { awaitLonger, firstSliceMs } from "./await-answer.ts";
import { mustNotBeParked } from "./call-parked.ts";
import { mustBeKnown } from "./known-call.ts";
import { streamAnswers } from "./stream-answers.ts";
import { GatewayError } from "../../contract/problem.ts";

/** How many streams may be open at once. */
const streamsMax = 1_000;

const firstLookMs = 250;

interface Asked {
  readonly messageId: number;
  readonly waitMs: number;
}

/**
 * The answer of a call that was accepted before, or undefined after `waitMs`. Throws a refusal that says at once what is no call with one
 * answer, and one that names a parked entity.
 */
async function answerLater(engine: Engine, kinds: CallKinds, { messageId, waitMs }: Asked): Promise<TypedValue | undefined> {
  const kept = await engine.answer(messageId, { waitMs: 0 });
  if (kept !== undefined) return kept;
  await kinds.mustBe(engine, messageId, "one");
  const firstMs = Math.min(firstLookMs, waitMs);
  for (const sliceMs of firstMs === waitMs ? [waitMs] : [firstMs, waitMs - firstMs]) {
    const answer = await engine.answer(messageId, { waitMs: sliceMs });
    if (answer !== undefined) return answer;
    await mustNotBeParked(engine, messageId, `/v1/calls/${messageId}`);
  }
  return undefined;
}

export function callsService({ engine }: Pick<ServiceParts, "engine">): ServiceOf<"calls"> {
  let open = 0;
  const kinds = new CallKinds();
  async function* counted(
    place: { readonly messageId: number; readonly from: number },
    signal: AbortSignal,
  ): AsyncGenerator<StreamedAnswer> {
    open++;
    try {
      yield* streamAnswers(engine, { ...place, kinds }, signal);
    } finally {
      open--;
    }
  }
  return {
    async call({ door }, { type, id, value, headers, idempotencyKey, waitMs, wish }, { signal }) {
      const target = { type, id };
      const message = { target, value, headers, idempotencyKey };
      if (wish === "many") {
        const { messageId, traceId } = await engine.accept({ ...message, wantsAnswer: wish }, door);
        kinds.add(messageId, wish);
        return { messageId, traceId, answer: undefined };
      }
      const { messageId, traceId, answer } = await engine.call(message, { waitMs: firstSliceMs(waitMs) }, door);
      if (answer !== undefined) return { messageId, traceId, answer };
      kinds.add(messageId, wish);
      return { messageId, traceId, answer: await awaitLonger(engine, { messageId, target }, { waitMs, signal }) };
    },
    async answer(_principal, { messageId, waitMs }) {
      mustBeKnown(engine, messageId);
      return { answer: await answerLater(engine, kinds, { messageId, waitMs }) };
    },
    answers(_principal, place, { signal }) {
      mustBeKnown(engine, place.messageId);
      if (open < streamsMax) return counted(place, signal);
      throw new GatewayError("TOO_MANY_STREAMS", {
        detail: `${streamsMax} streams of answers are open already`,
        where: "/v1/calls",
        cure: "Come again later: the call was taken, and its answers are kept.",
      });
    },
  };
}
