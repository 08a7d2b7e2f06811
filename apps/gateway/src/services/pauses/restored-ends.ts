/**
 * RestoredEnds: the ends of pauses in a savepoint that is being restored. They are rows of the catalog before the restore replaces
 * anything, and count once it is in force, so a gateway that is killed between the two takes them over at its next start, or drops them
 * when the restore did not come about. Neighbour: entity-pauses.ts. Guarantee: the ends are those of the state in force.
 */
import type { Engine, RestoredPauseEnds } from "@signalbox/runtime";
import type { PauseCatalog, PauseRecord } from "../../catalog/catalog.ts";
import { mark, whatOf } from "./pause-names.ts";

export type EndRecord = PauseRecord & { readonly untilMs: number };

export class RestoredEnds {
  readonly #catalog: PauseCatalog;
  readonly #engine: Pick<Engine, "eras">;
  /** Rows as they are in the catalog, each named `restored:<era>:` and what it becomes; the one of the era alone says that the file has ends. */
  #kept: PauseRecord[] = [];

  constructor(catalog: PauseCatalog, engine: Pick<Engine, "eras">) {
    this.#catalog = catalog;
    this.#engine = engine;
  }

  get areKept(): boolean {
    return this.#kept.length > 0;
  }

  load(records: readonly PauseRecord[]): void {
    this.#kept = records.filter(({ what }) => what.startsWith(mark.restored));
  }

  async keep({ ends, era }: RestoredPauseEnds): Promise<void> {
    await this.#drop();
    if (ends === undefined) return;
    const prefix = `${mark.restored}${era}:`;
    const rows = ends.map(({ address, by, sinceMs, untilMs }) => ({
      what: prefix + whatOf(address),
      by: by === "" ? "a savepoint" : by,
      sinceMs,
      untilMs,
    }));
    this.#kept = [{ what: prefix, by: "", sinceMs: 0, untilMs: undefined }, ...rows];
    for (const row of this.#kept) await this.#catalog.put(row);
  }

  /** The ends of the restore that is in force; undefined when there was none, or when its file did not know of ends. */
  async settle(present: ReadonlyMap<string, EndRecord>): Promise<Map<string, EndRecord> | undefined> {
    if (this.#kept.length === 0) return undefined;
    const era = this.#engine.eras().at(-1)?.number ?? 1;
    const rows = this.#kept.map((row) => ({ row, ...partsOf(row.what) }));
    const isInForce = rows.some((one) => one.era === era && one.becomes === "");
    const ends = isInForce ? await this.#takeOver(present, endsAmong(rows, era)) : undefined;
    await this.#drop();
    return ends;
  }

  async #drop(): Promise<void> {
    for (const { what } of this.#kept) await this.#catalog.remove(what);
    this.#kept = [];
  }

  async #takeOver(present: ReadonlyMap<string, EndRecord>, ends: Map<string, EndRecord>): Promise<Map<string, EndRecord>> {
    for (const record of ends.values()) await this.#catalog.put(record);
    for (const what of present.keys()) if (!ends.has(what)) await this.#catalog.remove(what);
    return ends;
  }
}

function endsAmong(rows: readonly { row: PauseRecord; era: number; becomes: string }[], inForce: number): Map<string, EndRecord> {
  const ends = new Map<string, EndRecord>();
  for (const { row, era, becomes } of rows)
    if (era === inForce && becomes !== "" && row.untilMs !== undefined) ends.set(becomes, { ...row, what: becomes, untilMs: row.untilMs });
  return ends;
}

function partsOf(what: string): { era: number; becomes: string } {
  const text = what.slice(mark.restored.length);
  const end = text.indexOf(":");
  return { era: Number(text.slice(0, end)), becomes: text.slice(end + 1) };
}
