/** CallMutants: planted bugs in the answers of calls: one, and many. Neighbours: mutants.ts runs them, sim/sim-caller.ts must see them. */
import { CallWaiters } from "../../core/tables/call-waiters.ts";
import { AnswerCount } from "../../runtime/functions/call-stream-function.ts";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

export const callMutants: readonly Mutant[] = [
  {
    name: "answered-call-taken-for-empty",
    breaks: "G2: what comes to a call later takes the place of its answer, because the call is not looked up",
    seedsMax: 60,
    finding: /answer/,
    plant: () =>
      replaceMethod(
        CallWaiters,
        "isUnanswered",
        () =>
          function always(this: CallWaiters) {
            return true;
          },
      ),
  },
  {
    name: "answers-under-one-number",
    breaks: "G2: two answers of one call get the same number, so the second is lost",
    seedsMax: 10,
    finding: /was answered|wait|not done|never/,
    plant: () =>
      replaceMethod(
        AnswerCount,
        "next",
        (real) =>
          function twice(this: AnswerCount, isLast: boolean) {
            const index = real(this, [isLast]);
            if (this.count % 2 === 1) this.count--;
            return index;
          },
      ),
  },
  {
    name: "answers-after-the-last",
    breaks: "a call that wants many answers takes more than callAnswersMax",
    seedsMax: 20,
    finding: /behind its last one/,
    plant: () =>
      replaceMethod(
        AnswerCount,
        "next",
        (real) =>
          function openEnd(this: AnswerCount) {
            return real(this, [false]);
          },
      ),
  },
];
