/**
 * RestoreLedgers: what a restore cost, shown after it: the state before and after, what was undone, and which records of each egress
 * stayed, left or came again. It is computed from the era, the carried-over journal and the files of both savepoints. Nothing is stored for
 * it, so old restores have a ledger too. Neighbour: restore-impact.ts (the same before it). Guarantee: each read is bounded; what can no
 * longer be read is null or "at least".
 */
import { lowestEnd, savepointEnd, undoneBy, type Engine, type Era, type JournalRecord } from "@signalbox/runtime";
import type { EgressLedgerRow, LedgerSide, RestoreLedger, SavepointRow } from "../../contract/savepoints/savepoints.ts";
import { egressCountMax, openFacts, type FileFacts } from "./savepoint-facts.ts";
import { UndoneScan } from "./undone-scan.ts";
import { undoneWork } from "./undone-work.ts";

type LedgerEngine = Pick<Engine, "journal" | "eras">;

/** How many eras keep their scan; for others the journal is read again. */
const scannedErasMax = 8;

/** The ledger without the person, whom the audit adds. */
export type LedgerOfFiles = Omit<RestoreLedger, "by">;

export class RestoreLedgers {
  private readonly engine: LedgerEngine;
  private readonly savepoints: () => readonly SavepointRow[];
  private readonly scans = new Map<number, UndoneScan>();

  /** `savepoints`: newest first. */
  constructor(engine: LedgerEngine, savepoints: () => readonly SavepointRow[]) {
    this.engine = engine;
    this.savepoints = savepoints;
  }

  async of(number: number): Promise<LedgerOfFiles | null> {
    const eras = this.engine.eras();
    const era = eras.find((one) => one.number === number);
    if (era === undefined) return null;
    const earlier = eras.filter((one) => one.number < number);
    const scan = await this.scanned(era, earlier);
    const { name, epoch, createdMs } = era.savepoint;
    const ready = this.savepoints().filter(({ status }) => status === "ready");
    const restored = ready.find(({ id }) => id === name);
    // A restore first takes a savepoint; an earlier failed restore may have left one too.
    const from = earlier.at(-1)?.beganMs ?? 0;
    const before = ready.find((row) => row.origin === "before-restore" && row.createdMs >= from && row.createdMs <= era.beganMs);
    return {
      era: number,
      atMs: era.beganMs,
      savepoint: { name, epoch, createdMs },
      before: side(before),
      restored: side(restored),
      undone: undoneWork(scan.work, scan),
      egresses: before === undefined || restored === undefined ? null : egressesOf({ before, restored, scan }),
    };
  }

  /** Reads the next piece of the journal: from the end of the era before, newest first, down to the savepoint. */
  private async scanned({ number, firstSequence, savepoint }: Era, earlier: readonly Era[]): Promise<UndoneScan> {
    const isLeftOut = ({ sequence, address: { id } }: JournalRecord): boolean =>
      sequence < savepointEnd(savepoint, id) || undoneBy(earlier, { sequence, id }) !== undefined;
    const scan =
      this.scans.get(number) ??
      new UndoneScan({ engine: this.engine, nextSequence: lowestEnd(savepoint), below: firstSequence, isLeftOut });
    this.scans.delete(number);
    this.scans.set(number, scan);
    for (const oldest of this.scans.keys()) if (this.scans.size > scannedErasMax) this.scans.delete(oldest);
    await scan.readOn();
    return scan;
  }
}

function side(row: SavepointRow | undefined): LedgerSide | null {
  if (row === undefined) return null;
  const { id, createdMs, epoch, entities, messages, delayedMessages, egressRecords, sizeBytes } = row;
  return { id, createdMs, epoch, entities, messages, delayedMessages, egressRecords, sizeBytes };
}

interface Sides {
  readonly before: SavepointRow;
  readonly restored: SavepointRow;
  readonly scan: UndoneScan;
}

/** Null when a file cannot be read, for example because it is being removed. */
function egressesOf({ before, restored, scan }: Sides): EgressLedgerRow[] | null {
  let there: FileFacts | undefined;
  let back: FileFacts | undefined;
  try {
    [there, back] = [openFacts(before), openFacts(restored)];
    const names = new Set([...there.egresses, ...back.egresses, ...scan.work.egress.keys()]);
    return [...names].sort().map((egress) => egressRow(egress, { there, back, scan }));
  } catch {
    return null;
  } finally {
    there?.close();
    back?.close();
  }
}

interface Facts {
  readonly there: FileFacts | undefined;
  readonly back: FileFacts | undefined;
  readonly scan: UndoneScan;
}

function egressRow(egress: string, { there, back, scan }: Facts): EgressLedgerRow {
  const waited = there?.waiting(egress, 0) ?? 0;
  const then = back?.waiting(egress, 0) ?? 0;
  const head = there?.head(egress);
  // Records leave in order, so those of the savepoint from the head of the outbox on still waited.
  const kept = head === undefined ? 0 : Math.min(waited, back?.waiting(egress, head) ?? 0);
  return {
    egress,
    since: scan.work.egress.get(egress) ?? 0,
    kept,
    dropped: waited - kept,
    repeated: then - kept,
    atLeast: Math.max(then, waited) >= egressCountMax || !scan.whole,
  };
}
