/**
 * nowPages: answers what a comparison asks of the current data, through the Runtime port. Neighbours: now-side.ts asks;
 * services/sql/live-tables.ts reads in the same way.
 * Guarantee: a page is bounded, and after each one the gateway's other work has its turn.
 */
import { compareUtf8, type Engine, type EntityView } from "@signalbox/runtime";
import type { EntitySide, NowAnswers, NowQuestion, StoredValue } from "./difference-job.ts";
import { isSeen } from "./seen-type.ts";

export type NowEngine = Pick<Engine, "functionTypes" | "entityViews" | "entity">;

const entitiesPerPage = 200;
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
  const { items, cursor } = await engine.entityViews({ type, prefix, cursor: after, limit: entitiesPerPage });
  const sides = items.map((view) => ({ ...view.address, values: valuesOf(view) }));
  return { entities: sides.filter(({ values }) => values.size > 0), next: cursor };
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
