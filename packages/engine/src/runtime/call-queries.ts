/**
 * CallQueries: the wait for the answer of a call. The request stands in line first (core/calls.ts) and the call's state and mailbox
 * are read after it, so that an answer which comes between the two is not missed.
 */
import type { Acknowledgement } from "../core/action.ts";
import { decodeCallAnswer } from "../model/call-answer.ts";
import { callAnswerState, callType } from "../model/call.ts";
import type { TypedValue } from "../model/typed-value.ts";
import { viewEntity } from "./entity-queries.ts";
import type { PartitionProcessor } from "./partition-processor.ts";

/** So long a request may wait in line for an answer. */
const answerWaitMsMax = 60_000;

export async function answerOf(processor: PartitionProcessor, call: string, waitMs: number): Promise<TypedValue | undefined> {
  let standing = 0;
  const coming = processor.request((request, nowMs) => {
    standing = request;
    return { kind: "await-answer", nowMs, request, call };
  });
  const endWait = (): void => processor.submit({ kind: "end-wait", nowMs: processor.clock.nowMs(), request: standing, call });
  // Told at once also when the read below fails; it must not go unheard until then.
  coming.catch(() => undefined);
  let cancel: (() => void) | undefined;
  try {
    const known = await knownAnswer(processor, call);
    if (known === undefined && waitMs > 0) {
      cancel = processor.clock.schedule(Math.min(waitMs, answerWaitMsMax), endWait);
    } else endWait();
    const come = answerIn(await coming);
    return known ?? come;
  } catch (error) {
    endWait();
    throw error;
  } finally {
    cancel?.();
  }
}

/** Answers with what is durable: an answer that is in an open epoch is waited for. */
async function knownAnswer(processor: PartitionProcessor, call: string): Promise<TypedValue | undefined> {
  let view = await viewEntity(processor, { type: callType, id: call });
  if (view === undefined && (processor.state.entities.types.get(callType)?.coldRows ?? 0) > 0) {
    // It may be on its way to disk, where alone it waits.
    await flushed(processor);
    view = await viewEntity(processor, { type: callType, id: call });
  }
  const kept = view?.state.find(({ name }) => name === callAnswerState)?.value;
  const answer = kept === undefined ? view?.mailbox[0]?.value : decodeCallAnswer(kept);
  if (answer === undefined) return undefined;
  await flushed(processor);
  return answer;
}

async function flushed(processor: PartitionProcessor): Promise<void> {
  await processor.request((request, nowMs) => ({ kind: "egress-acknowledged", nowMs, request, egress: "", sequences: [] }));
}

function answerIn(acknowledgement: Acknowledgement): TypedValue | undefined {
  return acknowledgement.kind === "answer" ? acknowledgement.value : undefined;
}
