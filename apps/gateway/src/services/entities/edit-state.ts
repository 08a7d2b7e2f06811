/**
 * EditState: one state value of an entity, written by a person. With `ifVersion` it is refused once the value is another one than the person saw.
 * Neighbours: new-state-value.ts (what is written), entity-history.ts (finds the reason again, by the record that is named here for the audit).
 * Guarantee: with a version nothing is overwritten unseen; what a function wrote between the look and the edit stands in the record, and is told.
 */
import { EngineError, type Address, type JournalRecord } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import type { StateText } from "../../contract/value.ts";
import { keptVersion, stateVersion } from "../../views/state-version.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { Call } from "../verb.ts";
import { newStateValue } from "./new-state-value.ts";

type Parts = Pick<ServiceParts, "engine" | "values">;

interface Edit {
  readonly address: Address;
  readonly name: string;
  readonly value: StateText | null;
  readonly ifVersion?: string | undefined;
}

/** An edit waits for the end of what is in flight, which may write the value: it is looked at only while nothing runs. */
const looksMax = 40;
const betweenLooksMs = 50;
/** The newest records, in which the edit's own must be. */
const recordsLookedAtMax = 20;

export async function editState(parts: Parts, edit: Edit, call: Call): Promise<{ record: number | null; overtaken: boolean }> {
  const { engine } = parts;
  const { address, name, value, ifVersion } = edit;
  const written = value === null ? undefined : await newStateValue(parts, { address, name, value });
  if (ifVersion !== undefined) await checkVersion(engine, { address, name, ifVersion, signal: call.signal });
  await engine.editState(address, name, written);
  const record = await recordOf(engine, { address, name });
  if (record !== undefined) call.changed({ after: recordText(record.sequence) });
  const before = record?.state.find((change) => change.name === name)?.before;
  const overtaken = ifVersion !== undefined && record !== undefined && (keptVersion(before) ?? ifVersion) !== ifVersion;
  return { record: record?.sequence ?? null, overtaken };
}

/** How the audit names the record of an edit. */
export function recordText(sequence: number): string {
  return `record ${sequence}`;
}

interface Look {
  readonly address: Address;
  readonly name: string;
  readonly ifVersion: string;
  readonly signal: AbortSignal;
}

async function checkVersion(engine: Parts["engine"], { address, name, ifVersion, signal }: Look): Promise<void> {
  for (let look = 0; look < looksMax && !signal.aborted; look += 1) {
    const entity = await engine.entity(address);
    const version = stateVersion(entity?.state.find((state) => state.name === name)?.value);
    if (version !== ifVersion) throw moved(address, name);
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

/** The journal may be off, and no answer of it may undo an edit. */
async function recordOf(
  engine: Parts["engine"],
  { address, name }: { address: Address; name: string },
): Promise<JournalRecord | undefined> {
  const { items } = await engine.history({ address, limit: recordsLookedAtMax }).catch(() => ({ items: [] }));
  return items.find(({ outcome }) => outcome.kind === "act" && outcome.act === "edit-state" && outcome.detail === name);
}
