/**
 * Calls: who waits for the answer of a call is told. mailbox.ts hands every message to a call over here; the request is acknowledged with
 * the epoch that holds the answer (G3). Whoever comes later finds the answer in the call's state (model/call.ts).
 */
import type { TypedValue } from "../model/typed-value.ts";
import type { Actions } from "./action.ts";
import { coverageMark } from "./coverage-mark.ts";
import type { PartitionState } from "./partition-state.ts";

export function awaitAnswer(state: PartitionState, { call, request }: { call: string; request: number }, actions: Actions): void {
  const { callWaitersMax } = state.limits;
  if (state.callWaiters.size < callWaitersMax) return state.callWaiters.add(call, request);
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
}

/** Ends the wait of a request with "no answer yet", unless the answer is already on its way to it. */
export function endWait(state: PartitionState, { call, request }: { call: string; request: number }, actions: Actions): void {
  if (!state.callWaiters.remove(call, request)) return;
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
