/**
 * EditState: a person writes state values of an entity, all or none. With `ifVersion` the edit is refused when one of these values has
 * changed since the person saw it. Neighbours: new-state-value.ts (what is written), entity-history.ts (finds the reason again, by the
 * record that is named here for the audit). Guarantee: with a version nothing is overwritten unseen. If a function still writes between the
 * check and the edit, the record shows it and the answer says so.
 */
import { editedDetail, EngineError, type Address, type JournalRecord, type StateEdit } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import type { StateText } from "../../contract/shapes/value.ts";
import { keptVersion, stateVersion } from "../../views/state-version.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { Call } from "../verb.ts";
import { newStateValue } from "./new-state-value.ts";

type Parts = Pick<ServiceParts, "engine" | "values">;

/** One of the values that are written together. */
export interface ValueEdit {
  readonly name: string;
  readonly value: StateText | null;
  readonly ifVersion?: string | undefined;
}

interface Edit {
  readonly address: Address;
  readonly edits: readonly ValueEdit[];
}

/** How often the version check waits for an entity at rest: an edit waits for the invocation in flight, which may write the value. */
const looksMax = 40;
const betweenLooksMs = 50;
/** How many of the newest records are searched for the edit's own. */
const recordsLookedAtMax = 20;

export async function editState(parts: Parts, edit: Edit, call: Call): Promise<{ record: number | null; overtaken: boolean }> {
  const { engine } = parts;
  const { address, edits } = edit;
  const written: StateEdit[] = [];
  for (const { name, value } of edits)
    written.push({ name, value: value === null ? undefined : await newStateValue(parts, { address, name, value }) });
  if (edits.some(({ ifVersion }) => ifVersion !== undefined)) await checkVersions(engine, { address, edits, signal: call.signal });
  await engine.editState(address, written);
  const record = await recordOf(engine, { address, detail: editedDetail(edits) });
  if (record !== undefined) call.changed({ after: recordText(record.sequence) });
  const wasOvertaken = ({ name, ifVersion }: ValueEdit): boolean => {
    const before = record?.state.find((change) => change.name === name)?.before;
    return ifVersion !== undefined && record !== undefined && (keptVersion(before) ?? ifVersion) !== ifVersion;
  };
  return { record: record?.sequence ?? null, overtaken: edits.some(wasOvertaken) };
}

/** How the audit names the record of an edit. */
export function recordText(sequence: number): string {
  return `record ${sequence}`;
}

interface Look extends Edit {
  readonly signal: AbortSignal;
}

async function checkVersions(engine: Parts["engine"], { address, edits, signal }: Look): Promise<void> {
  for (let look = 0; look < looksMax && !signal.aborted; look += 1) {
    const entity = await engine.entity(address);
    const versionOf = (name: string): string => stateVersion(entity?.state.find((state) => state.name === name)?.value);
    const other = edits.find(({ name, ifVersion }) => ifVersion !== undefined && versionOf(name) !== ifVersion);
    if (other !== undefined) throw moved(address, other.name);
    if (entity === undefined || (entity.status !== "in-flight" && entity.status !== "loading")) return;
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
  }
  throw new EngineError(
    "ENTITY_BUSY",
    `${address.type}/${address.id} was in flight for ${(looksMax * betweenLooksMs) / 1_000} s; what it writes is not known before it ends`,
    "Pause the entity, edit, and resume it.",
  );
}

function moved({ type, id }: Address, name: string): GatewayError {
  return new GatewayError("STATE_MOVED", {
    detail: `${name} of ${type}/${id} is not what it was when the edit began. Nothing was written.`,
    where: name,
    cure: "Look at what is there now, and edit that: its `version` stands beside the value. Without ifVersion an edit replaces whatever is there.",
  });
}

/** The record of the edit, if it is found. The journal may be off, and an error here must not make a finished edit look failed. */
async function recordOf(
  engine: Parts["engine"],
  { address, detail }: { address: Address; detail: string },
): Promise<JournalRecord | undefined> {
  const { items } = await engine.history({ address, limit: recordsLookedAtMax }).catch(() => ({ items: [] }));
  return items.find(({ outcome }) => outcome.kind === "act" && outcome.act === "edit-state" && outcome.detail === detail);
}
