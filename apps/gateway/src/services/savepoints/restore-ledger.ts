/**
 * RestoreLedgers: what a restore cost, told after it: what was there and what came, what was undone, and what of each egress stayed, went or came again. From
 * its era, the journal of before, which is carried over, and the files of both savepoints; nothing is written down for it, so restores of long ago have one too.
 * Neighbour: restore-impact.ts (the same before it). Guarantee: each read is bounded, and what cannot be read any more is null or "at least".
 */
import { undoneBy, type Engine, type Era } from "@signalbox/runtime";
import type { EgressLedgerRow, LedgerSide, RestoreLedger, SavepointRow } from "../../contract/savepoints.ts";
import { egressCountMax, openFacts, type FileFacts } from "./savepoint-facts.ts";
import { countUndone, noWork, undoneWork, type Work } from "./undone-work.ts";

type LedgerEngine = Pick<Engine, "journal" | "eras">;

const journalPage = 500;
const journalRecordsMax = 100_000;
/** In one asking: the rest comes with the next. */
const recordsPerAskMax = 10_000;
/** Of the others, the journal is read anew. */
const scannedErasMax = 8;

/** Where a scan of the journal, newest first, stands. */
interface Scan {
  cursor: string | undefined;
  ended: boolean;
  /** Down to the savepoint; else the journal reached no further. */
  whole: boolean;
  readonly work: Work;
  /** Two who ask at once read one after the other, so that nothing is counted twice. */
  turn: Promise<unknown>;
}

/** What the audit adds: who it was. */
export type LedgerOfFiles = Omit<RestoreLedger, "by">;

export class RestoreLedgers {
  private readonly engine: LedgerEngine;
  private readonly savepoints: () => readonly SavepointRow[];
  private readonly scans = new Map<number, Scan>();

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
    // A restore takes one first; one that failed may have left another before it.
    const from = earlier.at(-1)?.beganMs ?? 0;
    const before = ready.find((row) => row.origin === "before-restore" && row.createdMs >= from && row.createdMs <= era.beganMs);
    return {
      era: number,
      atMs: era.beganMs,
      savepoint: { name, epoch, createdMs },
      before: side(before),
      restored: side(restored),
      undone: undoneWork(scan.work, { whole: scan.whole }),
      egresses: before === undefined || restored === undefined ? null : egressesOf({ before, restored, scan }),
    };
  }

  /** A piece of the journal further than the last time: from the end of the era before, newest first, down to the savepoint. */
  private async scanned(era: Era, earlier: readonly Era[]): Promise<Scan> {
    const scan = this.scans.get(era.number) ?? {
      cursor: String(era.firstSequence),
      ended: false,
      whole: false,
      work: noWork(),
      turn: Promise.resolve(),
    };
    this.scans.delete(era.number);
    this.scans.set(era.number, scan);
    for (const oldest of this.scans.keys()) if (this.scans.size > scannedErasMax) this.scans.delete(oldest);
    const turn = scan.turn.then(() => this.readOn(scan, era, earlier));
    scan.turn = turn.catch(() => undefined);
    await turn;
    return scan;
  }

  private async readOn(scan: Scan, era: Era, earlier: readonly Era[]): Promise<void> {
    for (let read = 0; !scan.ended && read < recordsPerAskMax; read += journalPage) {
      const page = await this.engine.journal({ cursor: scan.cursor, limit: journalPage });
      const since = page.items.filter(({ sequence }) => sequence >= era.savepoint.nextSequence);
      // What an earlier restore took back was undone already.
      for (const record of since) if (undoneBy(earlier, record.sequence) === undefined) countUndone(scan.work, record);
      scan.cursor = page.cursor;
      scan.whole = since.length < page.items.length;
      scan.ended = scan.whole || page.cursor === undefined || scan.work.records >= journalRecordsMax;
    }
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
  readonly scan: Scan;
}

/** Null: a file cannot be read, as one that is being removed. */
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
  readonly scan: Scan;
}

function egressRow(egress: string, { there, back, scan }: Facts): EgressLedgerRow {
  const waited = there?.waiting(egress, 0) ?? 0;
  const then = back?.waiting(egress, 0) ?? 0;
  const head = there?.head(egress);
  // Records leave in order: of those in the savepoint, the ones from the head of the outbox on still waited.
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
