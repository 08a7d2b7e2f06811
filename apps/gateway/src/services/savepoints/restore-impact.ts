/**
 * RestoreImpact: what going back to a savepoint undoes, drops and may repeat, counted: from the savepoint's file (what comes back, per egress), from
 * what waits now, and from the journal since (what was done, by whom, on how many entities). Each read is bounded and says "at least" when it
 * stopped. What the journal told stays told, so a dialog that is open asks only for what came since.
 */
import { undoneBy, type Engine, type JournalRecord } from "@signalbox/runtime";
import type { EgressLedgerRow, RestoreImpact, SavepointRow } from "../../contract/savepoints.ts";
import { egressCountMax, openFacts, type FileFacts } from "./savepoint-facts.ts";
import { countUndone, noWork, undoneWork, type Work } from "./undone-work.ts";

type ImpactEngine = Pick<Engine, "status" | "egresses" | "egressRecords" | "journal" | "eras">;

const journalPage = 500;
const journalRecordsMax = 100_000;
/** In one asking: the rest comes with the next. */
const recordsPerAskMax = 10_000;

/** Where a scan of the journal, newest first, stands: all of `through` and above is counted, down to `cursor`. */
interface Scan {
  readonly generation: number;
  newest: number;
  cursor: string | undefined;
  done: boolean;
  readonly work: Work;
}

export class RestoreImpacts {
  private readonly engine: ImpactEngine;
  private readonly scans = new Map<string, Scan>();

  constructor(engine: ImpactEngine) {
    this.engine = engine;
  }

  async of(row: SavepointRow): Promise<RestoreImpact> {
    const file = openFacts(row);
    try {
      const { engine } = this;
      const status = engine.status();
      const scan = await this.scanned(row.id, file.nextSequence);
      return {
        savepointEpoch: row.epoch,
        currentEpoch: status.epoch,
        epochsLost: Math.max(0, status.epoch - row.epoch),
        now: {
          messages: status.waitingMessages,
          delayed: status.delayedMessages,
          parked: status.parkedEntities,
          paused: status.pausedEntities,
        },
        brings: { entities: row.entities, messages: row.messages, delayed: row.delayedMessages, egressRecords: row.egressRecords },
        undone: undoneWork(scan.work, { whole: scan.done }),
        egresses: await this.ledger(file, scan),
      };
    } finally {
      file.close();
    }
  }

  forget(id: string): void {
    this.scans.delete(id);
  }

  private async ledger(file: FileFacts, { work }: Scan): Promise<EgressLedgerRow[]> {
    const live = new Map(this.engine.egresses().map(({ id, waitingRecords }) => [id, waitingRecords]));
    const names = new Set([...live.keys(), ...file.egresses]);
    const rows: EgressLedgerRow[] = [];
    for (const egress of names) {
      const waiting = live.get(egress) ?? 0;
      const [head] = waiting === 0 ? [] : await this.engine.egressRecords({ egress, limit: 1 });
      const then = file.waiting(egress, 0);
      // Records leave in order: of those in the file, the ones from the head of the outbox on still wait.
      const kept = head === undefined ? 0 : Math.min(waiting, file.waiting(egress, head.sequence));
      rows.push({
        egress,
        since: work.egress.get(egress) ?? 0,
        kept,
        dropped: waiting - kept,
        repeated: then - kept,
        atLeast: then >= egressCountMax,
      });
    }
    return rows;
  }

  /** A piece of the journal further than the last time, newest first down to the savepoint. */
  private async scanned(id: string, nextSequence: number): Promise<Scan> {
    const generation = this.engine.eras().length;
    const known = this.scans.get(id);
    const scan: Scan = known?.generation === generation ? known : newScan(generation);
    this.scans.set(id, scan);
    if (known === scan) await this.readNewer(scan, nextSequence);
    let read = 0;
    while (!scan.done && read < recordsPerAskMax && scan.work.records < journalRecordsMax) {
      const page = await this.engine.journal({ cursor: scan.cursor, limit: journalPage });
      scan.newest = Math.max(scan.newest, page.items[0]?.sequence ?? 0);
      for (const record of page.items) {
        if (record.sequence < nextSequence) scan.done = true;
        else this.count(scan.work, record);
      }
      read += page.items.length;
      scan.cursor = page.cursor;
      if (page.cursor === undefined) scan.done = true;
    }
    return scan;
  }

  /** What an earlier restore took back is undone already. */
  private count(work: Work, record: JournalRecord): void {
    if (undoneBy(this.engine.eras(), record.sequence) === undefined) countUndone(work, record);
  }

  private async readNewer(scan: Scan, nextSequence: number): Promise<void> {
    const counted = scan.newest;
    let cursor: string | undefined;
    for (let read = 0; read < recordsPerAskMax; read += journalPage) {
      const page = await this.engine.journal({ cursor, limit: journalPage });
      for (const record of page.items) {
        if (record.sequence <= counted || record.sequence < nextSequence) return;
        scan.newest = Math.max(scan.newest, record.sequence);
        this.count(scan.work, record);
      }
      cursor = page.cursor;
      if (cursor === undefined) return;
    }
  }
}

function newScan(generation: number): Scan {
  return { generation, newest: 0, cursor: undefined, done: false, work: noWork() };
}
