/**
 * ErasedSavepoint: what must hold of a savepoint that was written again without the values of an entity. No row holds the entity's mark,
 * and every row that neither names the entity nor holds its mark is unchanged. The oracle does not know which rows an erasure chooses.
 * Neighbour: sim/erasure-world.ts.
 */
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import { must } from "../sim/trace.ts";

export interface ErasedSavepointCheck {
  readonly before: readonly SavepointRow[];
  readonly after: readonly SavepointRow[];
  readonly id: string;
  /** The mark stands in every value that came from the entity or went to it. */
  readonly mark: string;
}

export function checkErasedSavepoint({ before, after, id, mark }: ErasedSavepointCheck): void {
  const left = after.map(rowText);
  for (const text of left) must(!text.includes(mark), () => `erasure: a row of a savepoint holds a value of ${id}: ${text.slice(0, 200)}`);
  const kept = new Set(left);
  const others = before.map(rowText).filter((text) => !text.includes(mark) && !text.includes(JSON.stringify(id)));
  for (const text of others) must(kept.has(text), () => `erasure: a savepoint lost a row of others: ${text.slice(0, 200)}`);
}

/** Values as their bytes, one character a byte. */
function rowText(row: SavepointRow): string {
  const bytes = row.kind === "state" ? row.bytes : "value" in row ? row.value.bytes : undefined;
  const named = JSON.stringify(row, (name, value: unknown) => (name === "bytes" ? undefined : value));
  return bytes === undefined ? named : `${named} ${Buffer.from(bytes).toString("latin1")}`;
}
