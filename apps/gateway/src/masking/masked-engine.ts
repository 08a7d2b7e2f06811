/**
 * maskedEngine: the runtime as services see it when they ask for people: every value that a verb returns has passed the masks. It is the
 * one place where that is decided: a new verb of a facet does not compile until it is listed as masked or bare.
 * Neighbours: masks.ts; open-services.ts gives services this engine, and the bare one only to reads that were unmasked with a reason.
 */
import type {
  Engine,
  EntityView,
  Failure,
  JournalDelayed,
  JournalMessage,
  JournalOutcome,
  JournalRecord,
  JournalValue,
  ValueChange,
  WaitingAsOf,
  WaitReason,
} from "@signalbox/runtime";
import type { Masks } from "./masks.ts";
import { maskText } from "./masked-value.ts";

/**
 * Verbs that return no value, or only take one. `answer` and `call` are bare, because what a function answers goes to its caller unchanged.
 */
const bareVerbs = [
  "accept",
  "acceptBatch",
  "answer",
  "call",
  "producerSequence",
  "producerPosition",
  "entities",
  "act",
  "editState",
  "ownerOf",
  "nextSequence",
  "egresses",
  "egressAcknowledge",
  "takeSavepoint",
  "checkSavepoint",
  "restoreSavepoint",
  "eras",
  "observe",
  "status",
  "functionTypes",
  "limits",
  "applyBindings",
  "setBreakpoint",
  "releaseBreakpoint",
  "breakpoints",
  "stepHeld",
  "erase",
  "countErasable",
  "eraseInSavepoint",
  "watchTrace",
  "onChange",
  "settled",
  "stop",
] as const satisfies readonly (keyof Engine)[];

type BareVerb = (typeof bareVerbs)[number];
type MaskedVerbs = Omit<Engine, BareVerb>;

export function maskedEngine(engine: Engine, masks: Masks): Engine {
  const bare = Object.fromEntries(bareVerbs.map((name) => [name, engine[name].bind(engine)])) as unknown as Pick<Engine, BareVerb>;
  const masked: MaskedVerbs = {
    ...maskedEntities(engine, masks),
    ...maskedJournal(engine, masks),
    ...maskedPast(engine, masks),
    endpoints: () => engine.endpoints().map((view) => ({ ...view, breakerFailure: repliedOf(view.breakerFailure, !masks.table.isEmpty) })),
    egressRecords: async (query) => {
      const records = await engine.egressRecords(query);
      return records.map((record) => {
        const hidden = masks.table.egress(record.egress, record.from.type);
        return { ...record, value: masks.typed(record.value, hidden), headers: headersOf(record.headers, hidden) };
      });
    },
  };
  return { ...bare, ...masked };
}

function maskedEntities(engine: Engine, masks: Masks): Pick<MaskedVerbs, "entity" | "entityViews" | "troubledEntities" | "heldEntities"> {
  return {
    async entity(address) {
      const view = await engine.entity(address);
      return view === undefined ? undefined : entityOf(view, masks);
    },
    async entityViews(query) {
      const { items, cursor } = await engine.entityViews(query);
      return { items: items.map((view) => entityOf(view, masks)), cursor };
    },
    heldEntities: async (query) => (await engine.heldEntities(query)).map((view) => entityOf(view, masks)),
    troubledEntities: async (query) => (await engine.troubledEntities(query)).map((view) => entityOf(view, masks)),
  };
}

type JournalVerb = "history" | "journal" | "journalOutlines" | "journalStreams" | "traces" | "trace" | "waitingOfTrace" | "journalReach";

function maskedJournal(engine: Engine, masks: Masks): Pick<MaskedVerbs, JournalVerb> {
  const records = (list: readonly JournalRecord[]): JournalRecord[] => list.map((record) => recordOf(record, masks));
  return {
    async history(query) {
      const page = await engine.history(query);
      return { ...page, items: records(page.items) };
    },
    async journal(query) {
      const page = await engine.journal(query);
      return { ...page, items: records(page.items) };
    },
    async journalOutlines(query) {
      const page = await engine.journalOutlines(query);
      return masks.table.isEmpty ? page : { ...page, items: page.items.map((one) => ({ ...one, outcome: outcomeOf(one, masks) })) };
    },
    async journalStreams(query) {
      return (await engine.journalStreams(query)).map((stream) => ({ ...stream, records: records(stream.records) }));
    },
    async traces(query) {
      const page = await engine.traces(query);
      return { ...page, items: page.items.map((summary) => ({ ...summary, records: records(summary.records) })) };
    },
    async trace(trace, limits) {
      const found = await engine.trace(trace, limits);
      return { ...found, records: records(found.records) };
    },
    async waitingOfTrace(trace, limits) {
      const found = await engine.waitingOfTrace(trace, limits);
      return { ...found, messages: found.messages.map((message) => maskedMessage(message, masks)) };
    },
    async journalReach() {
      const oldest = await engine.journalReach();
      return oldest === undefined ? undefined : recordOf(oldest, masks);
    },
  };
}

function maskedPast(engine: Engine, masks: Masks): Pick<MaskedVerbs, "stateAsOf" | "blame"> {
  return {
    async stateAsOf(query) {
      const state = await engine.stateAsOf(query);
      if (state.kind !== "known") return state;
      return {
        ...state,
        values: state.values.map((one) => {
          const hidden = masks.table.state(query.address.type, one.name);
          return { ...one, value: keptOf(one.value, hidden, masks), perhapsExpired: keptOf(one.perhapsExpired, hidden, masks) };
        }),
        waiting: state.waiting && waitingAsOf(state.waiting, query.address.type, masks),
      };
    },
    async blame(query) {
      const blamed = await engine.blame(query);
      return {
        ...blamed,
        values: blamed.values.map((value) => {
          const hidden = masks.table.state(query.address.type, value.name);
          return { ...value, changes: value.changes.map((change) => changeOf(change, hidden, masks)) };
        }),
      };
    },
  };
}

function waitingAsOf(waiting: WaitingAsOf, sender: string, masks: Masks): WaitingAsOf {
  return {
    ...waiting,
    messages: waiting.messages.map((message) => messageOf(message, masks)),
    timers: waiting.timers.map((timer) => ({
      ...timer,
      value: masks.kept(timer.value, masks.table.message(timer.target.type, sender)),
    })),
  };
}

type WaitingMessage = EntityView["mailbox"][number];
type Hidden = ReturnType<Masks["table"]["state"]>;

function changeOf(change: ValueChange, hidden: Hidden, masks: Masks): ValueChange {
  const by =
    change.by.kind === "act" || change.by.message === undefined
      ? change.by
      : { ...change.by, message: messageOf(change.by.message, masks) };
  return { ...change, by, before: keptOf(change.before, hidden, masks), after: keptOf(change.after, hidden, masks) };
}

function keptOf(value: JournalValue | undefined, hidden: Hidden, masks: Masks): JournalValue | undefined {
  return value === undefined ? undefined : masks.kept(value, hidden);
}

function entityOf(view: EntityView, masks: Masks): EntityView {
  if (masks.table.isEmpty) return view;
  const { type } = view.address;
  return {
    ...view,
    state: view.state.map((state) =>
      state.value === undefined ? state : { ...state, value: masks.typed(state.value, masks.table.state(type, state.name)) },
    ),
    mailbox: view.mailbox.map((message) => maskedMessage(message, masks)),
    failure: maskedFailure(view.failure, type, masks),
    waitReason: reasonOf(view.waitReason, masks),
  };
}

export function maskedMessage(message: WaitingMessage, masks: Masks): WaitingMessage {
  const hidden = masks.table.message(message.target.type, message.caller?.type);
  return { ...message, value: masks.typed(message.value, hidden), headers: headersOf(message.headers, hidden) };
}

function recordOf(record: JournalRecord, masks: Masks): JournalRecord {
  if (masks.table.isEmpty) return record;
  const { type } = record.address;
  return {
    ...record,
    outcome: outcomeOf(record, masks),
    messages: record.messages.map((message) => messageOf(message, masks)),
    sent: record.sent.map((message) => messageOf(message, masks)),
    delayed: record.delayed.map((delayed) => delayedOf(delayed, type, masks)),
    egress: record.egress.map((sent) => ({ ...sent, value: masks.kept(sent.value, masks.table.egress(sent.egress, type)) })),
    state: record.state.map((change) => {
      const hidden = masks.table.state(type, change.name);
      return { ...change, before: keptOf(change.before, hidden, masks), after: keptOf(change.after, hidden, masks) };
    }),
  };
}

function outcomeOf({ outcome, address }: Pick<JournalRecord, "outcome" | "address">, masks: Masks): JournalOutcome {
  return outcome.kind === "parked" ? { ...outcome, failure: maskedFailure(outcome.failure, address.type, masks) } : outcome;
}

function messageOf(message: JournalMessage, masks: Masks): JournalMessage {
  const hidden = masks.table.message(message.target.type, message.caller?.type);
  return { ...message, value: masks.kept(message.value, hidden), headers: headersOf(message.headers, hidden) };
}

function delayedOf(delayed: JournalDelayed, sender: string, masks: Masks): JournalDelayed {
  if (delayed.kind === "cancel") return delayed;
  return { ...delayed, value: masks.kept(delayed.value, masks.table.message(delayed.target.type, sender)) };
}

/** Headers have no fields, so they are hidden together with a message that is hidden as a whole. */
function headersOf(headers: string | undefined, hidden: Hidden): string | undefined {
  return hidden.some((path) => path.length === 0) ? undefined : headers;
}

/** The failure's reply is hidden too, because it may repeat what was sent. */
export function maskedFailure<F extends Failure | undefined>(failure: F, type: string, masks: Masks): F {
  return repliedOf(failure, masks.table.covers(type));
}

function repliedOf<F extends Failure | undefined>(failure: F, isHidden: boolean): F {
  return failure?.raw === undefined || !isHidden ? failure : { ...failure, raw: maskText };
}

/** The failure of an endpoint may be that of another type, so its reply is hidden when there is any rule. */
function reasonOf(reason: WaitReason | undefined, masks: Masks): WaitReason | undefined {
  return reason === undefined || !("failure" in reason) ? reason : { ...reason, failure: repliedOf(reason.failure, !masks.table.isEmpty) };
}
