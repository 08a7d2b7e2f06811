/**
 * CallQueries: the wait for the answer of a call. The request stands in line first (core/calls.ts) and the call's state and mailbox
 * are read after it, so that an answer which comes between the two is not missed.
 */
import type { Acknowledgement } from "../core/action.ts";
import { entityPart } from "../core/store/store-key.ts";
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
  const answer = answerInMemory(processor, call) ?? keptAnswer(processor, call) ?? (await answerOnDisk(processor, call));
  if (answer !== undefined) await flushed(processor);
  return answer;
}

/** One that the call's function has not taken yet. */
function answerInMemory({ state }: PartitionProcessor, call: string): TypedValue | undefined {
  const mailbox = state.entities.find({ type: callType, id: call })?.mailbox;
  return mailbox === undefined || mailbox.inMemory === 0 ? undefined : mailbox.first(1)[0]?.value;
}

/** The state alone is read, not all that is known of an entity: this is asked for each call that waits, and nearly always in vain. */
function keptAnswer({ state, view, clock }: PartitionProcessor, call: string): TypedValue | undefined {
  const values = state.entities.find({ type: callType, id: call })?.values;
  const kept = values === undefined ? view.stateValue(entityPart(callType, call), callAnswerState) : values.get(callAnswerState);
  if (kept === undefined || (kept.expiresMs !== 0 && kept.expiresMs <= clock.nowMs())) return undefined;
  return decodeCallAnswer(kept);
}

/** A mailbox that lies on disk alone, or is on its way there. */
async function answerOnDisk(processor: PartitionProcessor, call: string): Promise<TypedValue | undefined> {
  const { entities } = processor.state;
  const waits = entities.find({ type: callType, id: call })?.mailbox.depth ?? 0;
  if (waits === 0 && (entities.types.get(callType)?.coldRows ?? 0) === 0) return undefined;
  await flushed(processor);
  const mailbox = (await viewEntity(processor, { type: callType, id: call }))?.mailbox;
  // Its function may have taken it meanwhile.
  return mailbox?.[0]?.value ?? keptAnswer(processor, call);
}

async function flushed(processor: PartitionProcessor): Promise<void> {
  await processor.request((request, nowMs) => ({ kind: "egress-acknowledged", nowMs, request, egress: "", sequences: [] }));
}

function answerIn(acknowledgement: Acknowledgement): TypedValue | undefined {
  return acknowledgement.kind === "answer" ? acknowledgement.value : undefined;
}
