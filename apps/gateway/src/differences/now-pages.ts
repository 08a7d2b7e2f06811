/**
 * nowPages: answers what a comparison asks of what is there now, through the Runtime port. Neighbours: now-side.ts asks; services/sql/live-tables.ts reads alike.
 * Guarantee: a page is bounded, and after each the gateway's other work has its turn.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { compareUtf8, type Engine, type EntityView } from "@signalbox/runtime";
import type { EntitySide, NowAnswers, NowQuestion, StateOf, StoredValue } from "./difference-job.ts";
import { isSeen } from "./seen-type.ts";

export type NowEngine = Pick<Engine, "functionTypes" | "entities" | "entity">;

const entitiesPerPage = 200;
/** Read at once: more would stand before the traffic's own reads. */
const entitiesAtOnce = 16;
const messagesShownMax = 20;
const messageBytesMax = 2_048;

export async function answerNow(
  engine: NowEngine,
  question: NowQuestion,
  namespaces: readonly string[] | undefined,
): Promise<NowAnswers[NowQuestion["kind"]]> {
  switch (question.kind) {
    case "types":
      return engine
        .functionTypes()
        .filter(({ type }) => isSeen(type, namespaces))
        .map(({ type, waitingMessages }): [string, number] => [type, waitingMessages])
        .toSorted(([left], [right]) => compareUtf8(left, right));
    case "page":
      return isSeen(question.type, namespaces) ? pageOf(engine, question) : { entities: [], next: undefined };
    case "entity":
      return sideOf(await engine.entity({ type: question.type, id: question.id }));
  }
}

async function pageOf(engine: NowEngine, { type, prefix, after }: Extract<NowQuestion, { kind: "page" }>): Promise<NowAnswers["page"]> {
  const page = await engine.entities({ type, prefix, cursor: after, limit: entitiesPerPage });
  const entities: StateOf[] = [];
  for (let at = 0; at < page.items.length; at += entitiesAtOnce) {
    const views = await Promise.all(page.items.slice(at, at + entitiesAtOnce).map(({ address }) => engine.entity(address)));
    for (const view of views) {
      const values = view === undefined ? new Map<string, StoredValue>() : valuesOf(view);
      if (view !== undefined && values.size > 0) entities.push({ ...view.address, values });
    }
    await nextTurn();
  }
  return { entities, next: page.cursor };
}

function valuesOf({ state }: EntityView): Map<string, StoredValue> {
  const there = state.flatMap(({ name, value }): [string, StoredValue][] =>
    value === undefined ? [] : [[name, { typename: value.typename, bytes: value.bytes }]],
  );
  return new Map(there);
}

function sideOf(view: EntityView | undefined): EntitySide {
  if (view === undefined) return { values: new Map(), waiting: { total: 0, first: [] }, delayed: null };
  const first = view.mailbox.slice(0, messagesShownMax).map(({ sequence, caller, value, atMs }) => ({
    sequence,
    caller: caller ?? null,
    typename: value.typename,
    bytes: value.hasValue === false ? null : value.bytes.slice(0, messageBytesMax),
    sizeBytes: value.bytes.length,
    atMs,
  }));
  return { values: valuesOf(view), waiting: { total: view.mailboxDepth, first }, delayed: null };
}
