/**
 * The verbs that compare savepoints with each other and with the present state. Values are masked before they are shown; whether they
 * differ is decided on the stored ones. Neighbours: differences/ compares, savepoint-files.ts has the files.
 */
import { EngineError } from "@signalbox/runtime";
import type { EntityDifference, KeptMessagesView } from "../../contract/savepoints/comparisons.ts";
import type { ValueView } from "../../contract/shapes/value.ts";
import type {
  AroundSide,
  EntityAnswer,
  KeptMessage,
  KeptMessages,
  Looked,
  Place,
  ShownValue,
  SideSource,
} from "../../differences/difference-job.ts";
import type { Masks } from "../../masking/masks.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

type Parts = Pick<ServiceParts, "savepoints" | "differences" | "values" | "masks">;

interface Sides {
  readonly from: SideSource;
  readonly to: SideSource;
}

export function comparisonsService(parts: Parts): ServiceOf<"comparisons"> {
  const { differences } = parts;
  return {
    types: (_principal, { from, to, type, prefix, cursor }, { signal }) =>
      withFiles(parts, { from, to, signal }, async (sides, until) => {
        const scope = { type: type ?? undefined, prefix, after: placeOf(cursor) };
        const { types, around, looked } = await differences.run({ ...sides, task: { kind: "count", scope } }, until);
        return {
          types: [...types],
          around: around && { from: aroundView(around.from), to: aroundView(around.to) },
          looked,
          cursor: cursorOf(looked),
        };
      }),
    changed: (_principal, { from, to, type, prefix, cursor, change, limit }, { signal }) =>
      withFiles(parts, { from, to, signal }, async (sides, until) => {
        const scope = { type: type ?? undefined, prefix, after: placeOf(cursor) };
        const task = { kind: "list", scope, change: change ?? undefined, itemsMax: limit } as const;
        const { items, looked } = await differences.run({ ...sides, task }, until);
        return { items: [...items], looked, cursor: cursorOf(looked) };
      }),
    entity: (_principal, { from, to, type, id }, { signal }) =>
      withFiles(parts, { from, to, signal }, async (sides, until) =>
        entityView(await differences.run({ ...sides, task: { kind: "entity", type, id } }, until), { ...parts, type }),
      ),
  };
}

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
}

/** Stops reading a file when values are erased from it. */
async function withFiles<T>(
  { savepoints }: Parts,
  { from, to, signal }: Asked,
  work: (sides: Sides, until: AbortSignal) => Promise<T>,
): Promise<T> {
  const cut = new AbortController();
  const ends: (() => void)[] = [];
  const side = (id: string): SideSource => {
    if (id === "now") return { kind: "now" };
    const { path, end } = savepoints.reading(id, (why) => cut.abort(why));
    ends.push(end);
    return { kind: "file", path };
  };
  try {
    return await work({ from: side(from), to: side(to) }, AbortSignal.any([signal, cut.signal]));
  } finally {
    for (const end of ends) end();
  }
}

function cursorOf({ stoppedAfter }: Looked): string | null {
  return stoppedAfter && Buffer.from(JSON.stringify([stoppedAfter.type, stoppedAfter.id])).toString("base64url");
}

function placeOf(cursor: string | null | undefined): Place | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(parsed) && parsed.length === 2) {
      const [type, id]: unknown[] = parsed;
      if (typeof type === "string" && typeof id === "string") return { type, id };
    }
  } catch {
    // The error is handled below.
  }
  throw new EngineError("INVALID_CURSOR", "the cursor is none of a comparison", "Begin without a cursor.");
}

function aroundView({ waiting, delayed, atLeast }: AroundSide): {
  waiting: { type: string; count: number }[] | null;
  delayed: { type: string; count: number }[] | null;
  atLeast: boolean;
} {
  const rows = (counts: AroundSide["waiting"]) => counts && counts.map(([type, count]) => ({ type, count }));
  return { waiting: rows(waiting), delayed: rows(delayed), atLeast };
}

interface Showing {
  readonly values: ValueCodec;
  readonly masks: Masks;
  readonly type: string;
}

function entityView({ from, to, differing }: EntityAnswer, showing: Showing): EntityDifference {
  const differs = new Set(differing);
  const names = [...new Set([...from.values.keys(), ...to.values.keys()])].toSorted((left, right) =>
    differs.has(left) === differs.has(right) ? (left < right ? -1 : 1) : differs.has(left) ? -1 : 1,
  );
  const messages = (kept: KeptMessages): KeptMessagesView => ({
    total: kept.total,
    first: kept.first.map((message) => messageRow(message, showing)),
  });
  const orNull = (kept: KeptMessages | null): KeptMessagesView | null => kept && messages(kept);
  return {
    values: names.map((name) => ({
      name,
      from: shownValue(from.values.get(name), { ...showing, name }),
      to: shownValue(to.values.get(name), { ...showing, name }),
      differs: differs.has(name),
    })),
    waiting: { from: messages(from.waiting), to: messages(to.waiting) },
    delayed: { from: orNull(from.delayed), to: orNull(to.delayed) },
  };
}

function shownValue(value: ShownValue | undefined, { values, masks, type, name }: Showing & { name: string }): ValueView | null {
  if (value === undefined) return null;
  const { typename, bytes, sizeBytes } = value;
  if (bytes === null) return { typename, sizeBytes, as: "absent", text: "", base64: "", decoder: "too large to show here" };
  return values.view(masks.typed({ typename, bytes }, masks.table.state(type, name)));
}

function messageRow(
  { sequence, caller, typename, bytes, sizeBytes, atMs }: KeptMessage,
  { values, masks, type }: Showing,
): KeptMessagesView["first"][number] {
  const kept = bytes === null ? undefined : masks.beginning({ typename, bytes, sizeBytes }, masks.table.message(type, caller?.type));
  return { sequence, caller, typename, preview: kept === undefined ? "no value" : values.preview(kept), sizeBytes, atMs };
}
