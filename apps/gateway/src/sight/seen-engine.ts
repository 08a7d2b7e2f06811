/**
 * seenEngine: the runtime as it is shown to a person who sees some namespaces: what belongs to others is removed before anything is
 * counted, filtered or cut into pages. A new verb of a facet does not compile until it is listed as shown or refused.
 * Neighbours: sight.ts; services/sights.ts gives services this engine for operations of the scope `namespaces`.
 * Guarantee: a verb that changes something, or is not shown through a sight, throws.
 */
import type { Engine, EntityView, FunctionTypeView, JournalRecord, WaitReason } from "@signalbox/runtime";
import type { Sight } from "./sight.ts";

/** Verbs that operations of the scope `namespaces` never need. */
const refusedVerbs = [
  "accept",
  "acceptBatch",
  "answer",
  "call",
  "producerSequence",
  "producerPosition",
  "act",
  "editState",
  "history",
  "stateAsOf",
  "blame",
  "journalStreams",
  "egressAcknowledge",
  "takeSavepoint",
  "checkSavepoint",
  "restoreSavepoint",
  "observe",
  "status",
  "applyBindings",
  "setBreakpoint",
  "releaseBreakpoint",
  "stepHeld",
  "erase",
  "countErasable",
  "eraseInSavepoint",
  "onChange",
  "settled",
  "stop",
] as const satisfies readonly (keyof Engine)[];

type RefusedVerb = (typeof refusedVerbs)[number];
type SeenVerbs = Omit<Engine, RefusedVerb>;

export function seenEngine(engine: Engine, sight: Sight): Engine {
  const refused = Object.fromEntries(refusedVerbs.map((verb) => [verb, refusalOf(verb)])) as unknown as Pick<Engine, RefusedVerb>;
  const seen: SeenVerbs = { ...seenEntities(engine, sight), ...seenJournal(engine, sight), ...seenDeclared(engine, sight) };
  return { ...refused, ...seen };
}

function refusalOf(verb: RefusedVerb): () => never {
  return () => {
    throw new Error(`${verb} was asked through a sight, which does not show it`);
  };
}

type EntityVerb = "entities" | "entityViews" | "entity" | "troubledEntities" | "heldEntities";

function seenEntities(engine: Engine, sight: Sight): Pick<SeenVerbs, EntityVerb> {
  const seen = (views: readonly EntityView[]): EntityView[] =>
    views.filter(({ address }) => sight.sees(address.type)).map((view) => entityOf(view, sight));
  return {
    entities: async (query) => (sight.sees(query.type) ? engine.entities(query) : { items: [], cursor: undefined }),
    async entityViews(query) {
      if (!sight.sees(query.type)) return { items: [], cursor: undefined };
      const { items, cursor } = await engine.entityViews(query);
      return { items: seen(items), cursor };
    },
    async entity(address) {
      const view = sight.sees(address.type) ? await engine.entity(address) : undefined;
      return view && entityOf(view, sight);
    },
    heldEntities: async (query) => seen(await engine.heldEntities(query)),
    // It asks type by type, because entities of other namespaces would use up the number that is asked for.
    async troubledEntities(query) {
      const types = query.type === undefined ? seenTypes(engine, sight).map(({ type }) => type) : [query.type];
      const found: EntityView[] = [];
      for (const type of types) found.push(...seen(await engine.troubledEntities({ ...query, type })));
      return found.toSorted((left, right) => (right.sinceMs ?? 0) - (left.sinceMs ?? 0)).slice(0, query.limit);
    },
  };
}

type JournalVerb =
  | "journal"
  | "journalOutlines"
  | "traces"
  | "trace"
  | "waitingOfTrace"
  | "watchTrace"
  | "ownerOf"
  | "journalReach"
  | "nextSequence";

/**
 * A record belongs to the namespace of its entity. It names the senders and receivers of its messages, as the history of the entity does.
 */
function seenJournal(engine: Engine, sight: Sight): Pick<SeenVerbs, JournalVerb> {
  const records = (all: readonly JournalRecord[]): JournalRecord[] => all.filter(({ address }) => sight.sees(address.type));
  return {
    async journal(query) {
      const page = await engine.journal(query);
      return { ...page, items: records(page.items) };
    },
    async journalOutlines(query) {
      const page = await engine.journalOutlines(query);
      return { ...page, items: page.items.filter(({ address }) => sight.sees(address.type)) };
    },
    async traces(query) {
      const page = await engine.traces(query);
      const seen = page.items.map((summary) => ({ ...summary, records: records(summary.records) }));
      return { ...page, items: seen.filter((summary) => summary.records.length > 0) };
    },
    async trace(trace, limits) {
      const found = await engine.trace(trace, limits);
      return { ...found, records: records(found.records) };
    },
    async waitingOfTrace(trace, limits) {
      const found = await engine.waitingOfTrace(trace, limits);
      return { ...found, messages: found.messages.filter(({ target }) => sight.sees(target.type)) };
    },
    // Watching a trace returns nothing of it.
    watchTrace: (trace, forMs) => engine.watchTrace(trace, forMs),
    async ownerOf(sequence) {
      const owner = await engine.ownerOf(sequence);
      return owner !== undefined && sight.sees(owner.address.type) ? owner : undefined;
    },
    // How far the journal goes back is shown to everybody: its number and time alone.
    async journalReach() {
      const oldest = await engine.journalReach();
      return oldest && { ...oldest, address: { type: "", id: "" }, messages: [], sent: [], delayed: [], egress: [], state: [] };
    },
    nextSequence: () => engine.nextSequence(),
  };
}

type DeclaredVerb = "egresses" | "egressRecords" | "eras" | "endpoints" | "limits" | "functionTypes" | "breakpoints";

function seenDeclared(engine: Engine, sight: Sight): Pick<SeenVerbs, DeclaredVerb> {
  return {
    functionTypes: () => seenTypes(engine, sight),
    endpoints: () => engine.endpoints().filter(({ spec }) => sight.sees(`${spec.namespace}/${spec.name}`)),
    limits: () =>
      engine
        .limits()
        .filter(({ spec: { cover } }) => sight.sees(cover.kind === "ingress" ? cover.ingress : `${cover.namespace}/${cover.name}`)),
    egresses: () => engine.egresses().filter(({ id }) => sight.sees(id)),
    egressRecords: async (query) => (sight.sees(query.egress) ? engine.egressRecords(query) : []),
    breakpoints: () => engine.breakpoints().filter(({ spec }) => sight.sees(`${spec.namespace}/${spec.name}`)),
    eras: () => engine.eras().map((era) => ({ ...era, types: era.types.filter((type) => sight.sees(type)) })),
  };
}

function seenTypes(engine: Engine, sight: Sight): FunctionTypeView[] {
  return engine
    .functionTypes()
    .filter(({ type }) => sight.sees(type))
    .map((view) => (view.heldBackBy === undefined || sight.sees(view.heldBackBy) ? view : { ...view, heldBackBy: unseen }));
}

const unseen = "a type of another namespace";

function entityOf(view: EntityView, sight: Sight): EntityView {
  return { ...view, waitReason: reasonOf(view.waitReason, sight) };
}

function reasonOf(reason: WaitReason | undefined, sight: Sight): WaitReason | undefined {
  return reason?.kind === "held-back" && !sight.sees(reason.by) ? { ...reason, by: unseen } : reason;
}
