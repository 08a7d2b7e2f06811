/**
 * planToFlink: what of a savepoint file can be in a Flink savepoint of StateFun 3.3, counted in the file itself. Flink keys by id alone,
 * names a state by its dotted type, keeps one type a state and no ends but durations; it knows no outbox, no parked entity and no
 * idempotency keys.
 */
import { moveItem, type ItemParts, type MovePart, type MovePlan } from "./move-plan.ts";
import { numberOf, textOf, type SavepointDatabase } from "./savepoint-database.ts";
import { flinkStateName } from "./state-names.ts";
import { expiresOnFlink, usedStates, type UsedState } from "./state-spec.ts";

/** StateFun's own states of a function type. */
const reservedNames: ReadonlySet<string> = new Set(["request-state", "batch"]);
/** The limit of Java's writeUTF, with which Flink writes names. */
const nameBytesMax = 65_535;
const typenamePattern = /^[^/]+\/[^/]+$/;

export function planToFlink(source: SavepointDatabase, nowMs: number): MovePlan {
  const states = usedStates(source, nowMs);
  const found = [
    ...valueItems(source, { states, nowMs }),
    ...messageItems(source),
    ...stateBlocks(states),
    ...behind(source),
    ...callItems(source, nowMs),
    ...attended(source),
  ];
  return { direction: "flink", items: found.filter(({ count }) => count > 0).map(moveItem) };
}

function valueItems(source: SavepointDatabase, { states, nowMs }: { states: readonly UsedState[]; nowMs: number }): ItemParts[] {
  const sum = (of: (state: UsedState) => number): number => states.reduce((all, state) => all + of(state), 0);
  const kept = states.filter(expiresOnFlink);
  const named = (some: readonly UsedState[]): string[] => some.map(({ type, name }) => `${type} ${name}`);
  const guessed = kept.filter(({ spec }) => spec === undefined);
  const endless = states.filter((state) => !expiresOnFlink(state) && state.ending > 0);
  const entities = numberOf(source.all(`SELECT count(*) FROM (SELECT DISTINCT type, id FROM ${source.table("state")})`)[0]?.[0]) ?? 0;
  return [
    { what: "entities", fate: "moves", count: entities, why: "Entities with state values." },
    { what: "values", fate: "moves", count: sum(({ values }) => values), why: "State values: their bytes and types." },
    {
      what: "ends",
      fate: "moves",
      count: kept.filter(({ spec }) => spec !== undefined).reduce((all, { ending }) => all + ending, 0),
      why: "Values with an end keep it: Flink gets the time of the last use from which their registered duration leads there.",
    },
    {
      what: "ends-unregistered",
      fate: "changes",
      count: guessed.reduce((all, { ending }) => all + ending, 0),
      why: "No function registered how long these values live. On Flink their time counts from when they were written, by what the function registers then.",
      cure: "Let their functions run once here before the move, and the ends are exact.",
      examples: named(guessed),
    },
    {
      what: "ends-of-endless",
      fate: "changes",
      count: endless.reduce((all, { ending }) => all + ending, 0),
      why: "Their function registers no expiration any more, so on Flink these values have no end.",
      examples: named(endless),
    },
    { what: "values-expired", fate: "stays", count: source.count("state", `expires_ms <= ${nowMs}`), why: "Their time is over." },
    {
      what: "times-of-writing",
      fate: "changes",
      count: states.filter((state) => !expiresOnFlink(state)).reduce((all, { values }) => all + values, 0),
      why: "Flink keeps no time of writing for values that do not expire; on the way back they have the savepoint's.",
    },
  ];
}

function messageItems(source: SavepointDatabase): ItemParts[] {
  const messages = source.count("message");
  const delayed = source.count("delayed_message");
  const twice = source.all(
    `SELECT caller_id, token, count(*) FROM ${source.table("delayed_message")} WHERE token <> '' GROUP BY caller_id, token HAVING count(*) > 1`,
  );
  return [
    {
      what: "messages",
      fate: "moves",
      count: messages,
      why: "Waiting messages: each entity gets its own in their order, as the first thing the job does (delayed messages that are due).",
    },
    { what: "delayed-messages", fate: "moves", count: delayed, why: "Delayed messages with their times." },
    {
      what: "cancellation-tokens",
      fate: "moves",
      count: source.count("delayed_message", "token <> ''"),
      why: "The same functions can cancel them on Flink.",
    },
    {
      what: "traces",
      fate: "changes",
      count: messages + delayed,
      why: "Sequence numbers and traces end with the move: what follows from these messages begins new traces.",
    },
    {
      what: "headers",
      fate: "changes",
      count: source.count("message", "headers IS NOT NULL") + source.count("delayed_message", "headers IS NOT NULL"),
      why: "Messages move without the headers that came with them: StateFun's have none.",
    },
    {
      what: "tokens-twice",
      fate: "blocks",
      count: twice.length,
      why: "Two delayed messages of one id have the same cancellation token; StateFun keeps one and fails on the second.",
      cure: "Give each its own token in the file, or wait until one was sent.",
      examples: twice.map(([id, token]) => `${textOf(id)} ${textOf(token)}`),
    },
  ];
}

function stateBlocks(states: readonly UsedState[]): ItemParts[] {
  const typenames = new Map<string, Set<string>>();
  const types = new Map<string, Set<string>>();
  for (const { type, name, typename } of states) {
    const flinkName = flinkStateName(type, name);
    typenames.set(flinkName, (typenames.get(flinkName) ?? new Set()).add(typename));
    types.set(flinkName, (types.get(flinkName) ?? new Set()).add(`${type} ${name}`));
  }
  const mixed = [...typenames].filter(([, all]) => all.size > 1);
  const shared = [...types].filter(([, all]) => all.size > 1);
  const odd = states.filter(({ typename }) => !typenamePattern.test(typename));
  const reserved = states.filter(({ name }) => reservedNames.has(name));
  const long = states.filter(
    ({ type, name, typename }) =>
      Buffer.byteLength(flinkStateName(type, name)) > nameBytesMax || Buffer.byteLength(typename) > nameBytesMax,
  );
  const block = (what: MovePart, count: number, rest: Pick<ItemParts, "why" | "cure" | "examples">): ItemParts => ({
    what,
    fate: "blocks",
    count,
    ...rest,
  });
  return [
    block("types-mixed", mixed.length, {
      why: "Flink keeps one type for all values of a state, and these have several.",
      cure: "Bring the values to one type: a function that rewrites them, or SQL on the file.",
      examples: mixed.map(([name, all]) => `${name}: ${[...all].join(", ")}`),
    }),
    block("names-shared", shared.length, {
      why: "Flink joins a function type and a state's name with dots, and these become one name.",
      cure: "Rename one of the function types or states.",
      examples: shared.map(([name, all]) => `${name}: ${[...all].join(", ")}`),
    }),
    block("typenames-odd", odd.length, {
      why: "StateFun takes type names that read <namespace>/<name>.",
      cure: "Let the function register such a type, or change it in the file.",
      examples: odd.map(({ type, name, typename }) => `${type} ${name}: ${typename}`),
    }),
    block("names-reserved", reserved.length, {
      why: "StateFun keeps its own state of a function type under this name.",
      cure: "Rename the state.",
      examples: reserved.map(({ type, name }) => `${type} ${name}`),
    }),
    block("names-long", long.length, {
      why: `Flink writes names of ${nameBytesMax} bytes at the most.`,
      cure: "Shorten the name.",
      examples: long.map(({ name }) => name),
    }),
  ];
}

/** What Flink has no place for and the move can do without. */
function behind(source: SavepointDatabase): ItemParts[] {
  return [
    {
      what: "egress-records",
      fate: "blocks",
      acceptable: true,
      count: source.count("egress_record"),
      why: "Records that nobody fetched yet: a Flink savepoint has no outbox, so they would be lost.",
      cure: "Wait until they were delivered and take the savepoint then; or accept the loss.",
      examples: source
        .all(`SELECT egress, count(*) FROM ${source.table("egress_record")} GROUP BY egress LIMIT 5`)
        .map(([egress, count]) => `${textOf(egress)}: ${numberOf(count)}`),
    },
    {
      what: "idempotency-keys",
      fate: "stays",
      count: source.count("idempotency_key"),
      why: "A sender that repeats a message after the move with the same key is heard twice.",
      cure: "Let senders finish before the savepoint is taken.",
    },
    {
      what: "positions",
      fate: "stays",
      count: source.count("producer"),
      why: "How far producers and ingresses came. On Flink a Kafka ingress goes on from its group's offsets or its startup position.",
      cure: "Set the start of each ingress in the module before the job starts.",
    },
  ];
}

function callItems(source: SavepointDatabase, nowMs: number): ItemParts[] {
  const { answers, underWay } = source.calls(nowMs);
  return [
    {
      what: "call-answers",
      fate: "stays",
      count: answers,
      why: "Answers of calls: they are told where the call was sent. Who asks for one later asks here.",
      cure: "Let whoever waits have the answer before this gateway is stopped.",
    },
    {
      what: "calls-under-way",
      fate: "changes",
      count: underWay,
      why: "These messages are calls: their functions get them on Flink, and nobody there hears what they answer.",
      cure: "Let calls end before the savepoint is taken; or send them again afterwards, if that may be done twice.",
    },
  ];
}

function attended(source: SavepointDatabase): ItemParts[] {
  const names = (status: string): string[] =>
    source
      .all(`SELECT type, id FROM ${source.table("entity")} WHERE status = ? LIMIT 5`, status)
      .map(([type, id]) => `${textOf(type)}/${textOf(id)}`);
  return [
    {
      what: "parked",
      fate: "blocks",
      acceptable: true,
      count: source.count("entity", "status = 'parked'"),
      why: "Flink parks nobody: it would deliver what waits for them at once, and a message that fails there restarts the whole job.",
      cure: "Retry or discard what is parked first; or accept that their messages are delivered.",
      examples: names("parked"),
    },
    {
      what: "paused",
      fate: "blocks",
      acceptable: true,
      count: source.count("entity", "status = 'paused'"),
      why: "Flink pauses no entity: what waits for them is delivered at once.",
      cure: "Resume them first; or accept it.",
      examples: names("paused"),
    },
  ];
}
