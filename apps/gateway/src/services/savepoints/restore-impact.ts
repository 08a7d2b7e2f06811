/**
 * RestoreImpact: counts what a restore of a savepoint undoes, drops and may repeat: from the savepoint's file (what comes back, per
 * egress), from what waits now, and from the journal since (what was done, by whom, on how many entities). Each read is bounded and says
 * "at least" when it stopped early. What was read of the journal is kept, so an open dialog asks only for newer records.
 */
import { lowestEnd, savepointEnd, undoneBy, type Engine, type JournalRecord } from "@signalbox/runtime";
import type { EgressLedgerRow, RestoreImpact, SavepointRow } from "../../contract/savepoints/savepoints.ts";
import { egressCountMax, openFacts, type FileFacts } from "./savepoint-facts.ts";
import { restoreVerdict } from "./restore-verdict.ts";
import { UndoneScan } from "./undone-scan.ts";
import { undoneWork } from "./undone-work.ts";

type ImpactEngine = Pick<Engine, "status" | "egresses" | "egressRecords" | "journal" | "eras" | "functionTypes" | "endpoints">;

type SavepointEnds = Pick<FileFacts, "nextSequence" | "partitionEnds">;

interface Scanned {
  /** The number of restores so far: after another one other records count. */
  readonly generation: number;
  readonly scan: UndoneScan;
}

export class RestoreImpacts {
  private readonly engine: ImpactEngine;
  private readonly scans = new Map<string, Scanned>();

  private readonly modules: () => SavepointRow["modules"];

  constructor(engine: ImpactEngine, modules: () => SavepointRow["modules"]) {
    this.engine = engine;
    this.modules = modules;
  }

  async of(row: SavepointRow): Promise<RestoreImpact> {
    const file = openFacts(row);
    try {
      const { engine } = this;
      const status = engine.status();
      const scan = await this.scanned(row.id, file);
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
        undone: undoneWork(scan.work, scan),
        egresses: await this.ledger(file, scan),
        verdict: restoreVerdict({ row, file, engine, modules: this.modules() }),
      };
    } finally {
      file.close();
    }
  }

  forget(id: string): void {
    this.scans.delete(id);
  }

  private async ledger(file: FileFacts, { work }: UndoneScan): Promise<EgressLedgerRow[]> {
    const live = new Map(this.engine.egresses().map(({ id, waitingRecords }) => [id, waitingRecords]));
    const names = new Set([...live.keys(), ...file.egresses]);
    const rows: EgressLedgerRow[] = [];
    for (const egress of names) {
      const waiting = live.get(egress) ?? 0;
      const [head] = waiting === 0 ? [] : await this.engine.egressRecords({ egress, limit: 1 });
      const then = file.waiting(egress, 0);
      // Records leave in order, so those of the file from the present head of the outbox on still wait.
      const kept = head === undefined ? 0 : Math.min(waiting, file.waiting(egress, head.sequence));
      rows.push({
        egress,
        // What waits and is not in the file was written since, even when no journal says so.
        since: Math.max(work.egress.get(egress) ?? 0, waiting - kept),
        kept,
        dropped: waiting - kept,
        repeated: then - kept,
        atLeast: then >= egressCountMax,
      });
    }
    return rows;
  }

  /** Reads the next piece of the journal, and what came since the last time. */
  private async scanned(id: string, file: SavepointEnds): Promise<UndoneScan> {
    const generation = this.engine.eras().length;
    const known = this.scans.get(id);
    const { scan } = known?.generation === generation ? known : this.begin(id, generation, file);
    await scan.readOn();
    return scan;
  }

  private begin(name: string, generation: number, { nextSequence, partitionEnds }: SavepointEnds): Scanned {
    const { engine } = this;
    const ends = { nextSequence, partitionEnds };
    const isLeftOut = ({ sequence, address: { id } }: JournalRecord): boolean =>
      sequence < savepointEnd(ends, id) || undoneBy(engine.eras(), { sequence, id }) !== undefined;
    const begun = { generation, scan: new UndoneScan({ engine, nextSequence: lowestEnd(ends), isLeftOut }) };
    this.scans.set(name, begun);
    return begun;
  }
}
