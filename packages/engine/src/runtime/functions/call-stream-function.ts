/**
 * CallStreamFunction: the function of calls that want many answers (model/call.ts), inside the engine. It numbers the answers and passes
 * each on to a call address of its own, where call-function.ts keeps it. So one answer of many is kept, waited for and swept like the
 * answer of any call. The first value of the type callDoneTypename ends it; over callAnswersMax the engine ends it, and says so in the
 * place of the answer.
 */
import { callCutTypename, callDoneTypename, callStreamState, callType } from "@signalbox/runtime/model/call";
import { noEffects, type FunctionReply, type OutgoingMessage } from "@signalbox/runtime/model/effects";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";

const countTypename = "io.signalbox.calls/count";

export interface StreamLimits {
  readonly callAnswerAgeMs: number;
  readonly callAnswersMax: number;
}

/**
 * How many answers a call has, and whether it takes more: "3", or "3." once it is over. A value that a person edited into something else
 * counts as no answers.
 */
export class AnswerCount {
  count: number;
  isOver: boolean;

  constructor(value: TypedValue | undefined) {
    const text = value === undefined ? "" : new TextDecoder().decode(value.bytes);
    const [, digits = "0", end = ""] = /^(\d{1,15})(\.?)$/.exec(text) ?? [];
    this.count = Number(digits);
    this.isOver = end !== "";
  }

  get value(): TypedValue {
    return { typename: countTypename, bytes: new TextEncoder().encode(`${this.count}${this.isOver ? "." : ""}`) };
  }

  /** The number that the next answer gets. */
  next(isLast: boolean): number {
    this.isOver = isLast;
    return this.count++;
  }
}

export function callStreamFunction({ target, state, inputs }: InvocationRequest, limits: StreamLimits): FunctionReply {
  const held = state.find(({ name }) => name === callStreamState);
  if (held === undefined) {
    const expiration = { mode: "after-write", afterMs: limits.callAnswerAgeMs } as const;
    return { kind: "incomplete", missing: [{ name: callStreamState, typename: countTypename, expiration }] };
  }
  const answers = new AnswerCount(held.value);
  const messages: OutgoingMessage[] = [];
  for (const { value } of inputs) {
    if (answers.isOver) break;
    const isDone = value.typename === callDoneTypename;
    const isCut = answers.count >= limits.callAnswersMax && !isDone;
    const index = answers.next(isDone || isCut);
    messages.push({ target: { type: callType, id: `${target.id}-${index}` }, value: isCut ? cut(limits) : value });
  }
  if (messages.length === 0) return { kind: "completed", effects: noEffects };
  const mutation = { kind: "modify", name: callStreamState, value: answers.value } as const;
  // Whatever comes after the last one is at the end of the batch.
  const causes = { messages: messages.map((_, index) => index), delayed: [], egress: [] };
  return { kind: "completed", effects: { ...noEffects, messages, mutations: [mutation], causes } };
}

function cut({ callAnswersMax }: StreamLimits): TypedValue {
  const reason = `a call has at most ${callAnswersMax} answers (callAnswersMax)`;
  return { typename: callCutTypename, bytes: new TextEncoder().encode(reason) };
}
