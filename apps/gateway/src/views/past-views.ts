/**
 * Past views: an entity's values as of a moment and who wrote them, as people read them. Neighbour: field-blame.ts looks into documents.
 */
import type { Blame, ChangedBy, JournalValue, StateAsOf, ValueChange, WaitingAsOf } from "@signalbox/runtime";
import type { BlameView, StateAsOfView, ValueChangeView, WaitingAsOfView } from "../contract/entities/past.ts";
import type { ValueView } from "../contract/shapes/value.ts";
import type { ValueCodec } from "../values/value-codec.ts";
import { addressView, keptMessage } from "./entity-views.ts";
import { fieldBlame } from "./field-blame.ts";

/** How many bytes of values one answer decodes; of the others only the size is shown, so that no answer holds the thread for long. */
const decodedBytesMax = 512 * 1024;

export function stateAsOfView(state: StateAsOf, values: ValueCodec): StateAsOfView {
  if (state.kind !== "known") return state;
  return {
    ...state,
    lastRecordMs: state.lastRecordMs ?? null,
    values: state.values.map(({ name, value, evidence, writer, perhapsExpired }) => ({
      name,
      value: kept(value, values),
      evidence,
      writer: writer ?? null,
      perhapsExpired: kept(perhapsExpired, values),
    })),
    waiting: state.waiting === undefined ? null : waitingView(state.waiting, values),
  };
}

function waitingView(waiting: WaitingAsOf, values: ValueCodec): WaitingAsOfView {
  const within = bytesWithin();
  return {
    ...waiting,
    messages: waiting.messages.map((message) => keptMessage({ ...message, value: within(message.value) }, values)),
    editedSince: [...waiting.editedSince],
    discardedSince: [...waiting.discardedSince],
    timers: waiting.timers.map((timer) => ({
      ...timer,
      target: addressView(timer.target),
      value: values.viewKept(within(timer.value)),
    })),
    timersSince: waiting.timersSince ?? null,
  };
}

/** Returns a function that keeps values while the answer has room, and after that only their size. */
function bytesWithin(): (value: JournalValue) => JournalValue {
  let bytesLeft = decodedBytesMax;
  return (value) => {
    if (value.bytes === undefined) return value;
    bytesLeft -= value.bytes.length;
    return bytesLeft < 0 ? { ...value, bytes: undefined } : value;
  };
}

export function blameView({ values: blamed, recordsRead, complete }: Blame, values: ValueCodec): BlameView {
  const whole = bytesWithin();
  const within = (value: JournalValue | undefined): JournalValue | undefined => value && whole(value);
  return {
    values: blamed.map(({ name, changes, more }) => {
      const shown = changes.map((change) => changeView({ ...change, after: within(change.after), before: within(change.before) }, values));
      return { name, changes: shown, fields: fieldBlame(shown), more };
    }),
    recordsRead,
    complete,
  };
}

function changeView({ sequence, atMs, by, before, after }: ValueChange, values: ValueCodec): ValueChangeView {
  return { sequence, atMs, by: byView(by), before: kept(before, values), after: kept(after, values) };
}

function byView(by: ChangedBy): ValueChangeView["by"] {
  if (by.kind === "act") return by;
  const { message, messagesTotal, endpoint } = by;
  return {
    kind: "function",
    endpoint,
    messagesTotal,
    message:
      message === undefined
        ? null
        : {
            sequence: message.sequence,
            trace: message.trace,
            caller: message.caller === undefined ? null : addressView(message.caller),
            typename: message.value.typename,
          },
  };
}

function kept(value: JournalValue | undefined, values: ValueCodec): ValueView | null {
  return value === undefined ? null : values.viewKept(value);
}
