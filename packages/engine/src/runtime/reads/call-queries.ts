/**
 * CallQueries: the wait for the answer of a call. `callAndAwait` sends the call and the request for its answer in one command. `answerOf`
 * comes later: it registers the request first (core/calls.ts) and reads the call's state and mailbox after that, so that no answer that
 * comes in between is missed.
 */
import type { Acknowledgement } from "../../core/action.ts";
import type { Command } from "../../core/command.ts";
import type { Entity } from "../../core/tables/entity.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { decodeCallAnswer } from "../../model/call-answer.ts";
import { callAnswerState, callType } from "@signalbox/runtime/model/call";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import { ofAccepted } from "@signalbox/runtime";
import { liveStateValue, viewEntity } from "./entity-queries.ts";
import type { AwaitedCall } from "../../partition.ts";
import type { PartitionProcessor } from "../processor/partition-processor.ts";

/** How long one request may wait for an answer. */
const answerWaitMsMax = 60_000;

export async function callAndAwait(
  processor: PartitionProcessor,
  command: (requests: { request: number; waiter: number }, nowMs: number) => Command,
  waitMs: number,
): Promise<AwaitedCall> {
  const { request: waiter, told, forget } = processor.standBy();
  const endWait = (): void => processor.submit({ kind: "end-wait", nowMs: processor.clock.nowMs(), request: waiter });
  // `told` may reject before it is awaited below; without this handler that would count as an unhandled rejection.
  told.catch(() => undefined);
  let cancel: (() => void) | undefined;
  try {
    const accepted = await processor.request((request, nowMs) => command({ request, waiter }, nowMs));
    if (accepted.kind !== "accepted") throw new Error(`a call was acknowledged as ${accepted.kind}`);
    cancel = processor.clock.schedule(Math.min(waitMs, answerWaitMsMax), endWait);
    const come = await ofAccepted(told);
    const { messageId, traceId, repeated } = accepted;
    const ids = { messageId, traceId, repeated };
    if (come === undefined) return { accepted: ids, answer: undefined, isAwaited: true };
    return { accepted: ids, answer: answerIn(come), isAwaited: come.kind === "answer" };
  } catch (error) {
    forget();
    endWait();
    throw error;
  } finally {
    cancel?.();
  }
}

export async function answerOf(processor: PartitionProcessor, call: string, waitMs: number): Promise<TypedValue | undefined> {
  let standing = 0;
  const coming = processor.request((request, nowMs) => {
    standing = request;
    return { kind: "await-answer", nowMs, request, call };
  });
  const endWait = (): void => processor.submit({ kind: "end-wait", nowMs: processor.clock.nowMs(), request: standing });
  // `coming` may reject before it is awaited below; without this handler that would count as an unhandled rejection.
  coming.catch(() => undefined);
  let cancel: (() => void) | undefined;
  try {
    const known = await knownAnswer(processor, call);
    if (known === undefined && waitMs > 0) {
      cancel = processor.clock.schedule(Math.min(waitMs, answerWaitMsMax), endWait);
    } else endWait();
    const come = answerIn(await coming);
    // The first message may have been on its way to disk, where no read saw it; what came then is a later one. So the state is read once
    // more.
    return known ?? (await knownAnswer(processor, call)) ?? come;
  } catch (error) {
    endWait();
    throw error;
  } finally {
    cancel?.();
  }
}

/** Returns only an answer that is durable: it waits for the epoch of one that is not yet. */
async function knownAnswer(processor: PartitionProcessor, call: string): Promise<TypedValue | undefined> {
  const address: Address = { type: callType, id: call };
  const entity = processor.state.entities.find(address);
  const kept = liveStateValue(processor, { address, entity, name: callAnswerState });
  const answer = kept === undefined ? await waitingAnswer(processor, address, entity) : decodeCallAnswer(kept);
  if (answer === undefined) return undefined;
  await flushed(processor);
  return answer;
}

/** Reads the mailbox only where something may be in it: nearly every call that was just accepted has an empty one. */
async function waitingAnswer(processor: PartitionProcessor, address: Address, entity: Entity | undefined): Promise<TypedValue | undefined> {
  if (entity !== undefined && entity.mailbox.inMemory > 0) return entity.mailbox.at(0)?.value;
  const isCold = (processor.state.entities.types.get(callType)?.coldRows ?? 0) > 0;
  if (!isCold && (entity === undefined || entity.mailbox.depth === 0)) return undefined;
  let view = await viewEntity(processor, address);
  if (view === undefined && isCold) {
    // The message may be on its way to disk, where no read sees it yet.
    await flushed(processor);
    view = await viewEntity(processor, address);
  }
  // During that read the first message may have become the answer. What the mailbox shows then came after it.
  const kept = liveStateValue(processor, { address, entity: processor.state.entities.find(address), name: callAnswerState });
  return kept === undefined ? view?.mailbox[0]?.value : decodeCallAnswer(kept);
}

async function flushed(processor: PartitionProcessor): Promise<void> {
  await processor.request((request, nowMs) => ({ kind: "egress-acknowledged", nowMs, request, egress: "", sequences: [] }));
}

function answerIn(acknowledgement: Acknowledgement): TypedValue | undefined {
  return acknowledgement.kind === "answer" ? acknowledgement.value : undefined;
}
