/**
 * Calls: tells those who wait for the answer of a call. mailbox.ts hands every message to a call over here; the request is acknowledged
 * with the epoch that holds the answer (G3). A request that comes later finds the answer in the call's state (model/call.ts).
 */
import { callAddress } from "@signalbox/runtime/model/call";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { Actions } from "./action.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";

/** Returns false when the wait was refused. */
export function awaitAnswer(
  state: PartitionState,
  { call, request, isNew }: { call: string; request: number; isNew?: boolean },
  actions: Actions,
): boolean {
  const { callWaitersMax } = state.limits;
  if (state.callWaiters.size < callWaitersMax) {
    if (isNew === true) state.callWaiters.addFirst(call, request);
    else state.callWaiters.add(call, request);
    return true;
  }
  coverageMark("call-waiter-refused");
  actions.push({
    kind: "refuse",
    request,
    refusal: {
      code: "OVERLOADED",
      message: `${callWaitersMax} requests wait for answers already`,
      cure: "Ask for the answer later: it is kept.",
      retryAfterMs: 1000,
    },
  });
  return false;
}

/**
 * Waits for the answer of a call that was admitted just now: nobody can have answered it yet, so nothing is looked up. `message`: undefined
 * for a call that repeats an earlier one. Returns true when the request waits here, so that the sender hears nothing before the answer.
 */
export function awaitFirst(
  state: PartitionState,
  { message, waiter }: { message: number | undefined; waiter: number },
  actions: Actions,
): boolean {
  const call = message === undefined ? undefined : callAddress(message).id;
  if (call !== undefined && state.otherHome(call) === undefined) {
    coverageMark("call-awaited-from-the-first");
    return awaitAnswer(state, { call, request: waiter, isNew: true }, actions);
  }
  actions.push({ kind: "acknowledge", request: waiter, acknowledgement: { kind: "not-awaited" } });
  return false;
}

/** Ends the wait of a request with "no answer yet", unless the answer is already on its way to it. */
export function endWait(state: PartitionState, request: number, actions: Actions): void {
  if (!state.callWaiters.remove(request)) return;
  coverageMark("call-wait-ended");
  actions.push({ kind: "acknowledge", request, acknowledgement: { kind: "answer", value: undefined } });
}

/** The first message that is sent to a call is its answer. */
export function answerWaiters(state: PartitionState, call: string, value: TypedValue): void {
  for (const request of state.callWaiters.take(call)) {
    coverageMark("call-answered-while-waited-for");
    state.epochs.acknowledgeWhenDurable(request, { kind: "answer", value });
  }
}
