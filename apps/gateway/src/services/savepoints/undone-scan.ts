/**
 * UndoneScan: reads the journal from the newest record down to a savepoint, a piece per request, and sums up what a restore takes back.
 * Records that came since the last request are one more stretch, which is read before the older ones. Neighbours: restore-impact.ts (before
 * a restore), restore-ledger.ts (after it). Guarantee: each record counts once, also with concurrent requests; `whole` is true only when
 * every record down to the savepoint was read.
 */
import { EngineError, type Engine, type JournalRecord } from "@signalbox/runtime";
import { countUndone, noWork } from "./undone-work.ts";

const journalPage = 500;
const journalRecordsMax = 100_000;
/** How many records one request reads; the next one continues. */
const recordsPerAskMax = 10_000;

/** Records that are not read yet: below the cursor (undefined: from the newest), and not below `downTo`. */
interface Stretch {
  cursor: string | undefined;
  readonly downTo: number;
}

interface UndoneScanOptions {
  readonly engine: Pick<Engine, "journal">;
  /** Every sequence below this one is in the savepoint. */
  readonly nextSequence: number;
  /** Records from this sequence on do not count. Undefined when all count, so that each request sees the newest ones. */
  readonly below?: number;
  /** Whether the restore does not take the record back, because an earlier one did already or because the savepoint has it. */
  readonly isLeftOut: (record: JournalRecord) => boolean;
}

export class UndoneScan {
  readonly work = noWork();
  private readonly options: UndoneScanOptions;
  /** Newest last. */
  private readonly stretches: Stretch[] = [];
  private newest: number;
  /** True when the journal does not reach back to the savepoint. */
  private endsAbove = false;
  /** False with functions on Flink, where it is not known what was done since. */
  private hasJournal = true;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: UndoneScanOptions) {
    const { below, nextSequence } = options;
    this.options = options;
    this.newest = nextSequence - 1;
    if (below !== undefined) this.stretches.push({ cursor: String(below), downTo: nextSequence });
  }

  get whole(): boolean {
    return this.hasJournal && this.stretches.length === 0 && !this.endsAbove;
  }

  /** Reads the next piece. Concurrent requests read one after the other. */
  async readOn(): Promise<void> {
    const turn = this.turn.then(() => this.readIfThere());
    this.turn = turn.catch(() => undefined);
    await turn;
  }

  private async readIfThere(): Promise<void> {
    if (!this.hasJournal) return;
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof EngineError && error.code === "CAPABILITY_MISSING")) throw error;
      this.hasJournal = false;
    }
  }

  private async read(): Promise<void> {
    const { stretches, work } = this;
    const hasUnreadTop = stretches.some(({ cursor }) => cursor === undefined);
    if (this.options.below === undefined && !hasUnreadTop) stretches.push({ cursor: undefined, downTo: this.newest + 1 });
    for (let read = 0; read < recordsPerAskMax && work.records < journalRecordsMax; read += journalPage) {
      const stretch = stretches.at(-1);
      if (stretch === undefined) return;
      await this.readPage(stretch);
    }
  }

  private async readPage(stretch: Stretch): Promise<void> {
    const { engine, nextSequence, isLeftOut } = this.options;
    const page = await engine.journal({ cursor: stretch.cursor, limit: journalPage });
    const fresh = page.items.filter(({ sequence }) => sequence >= stretch.downTo);
    for (const record of fresh) if (!isLeftOut(record)) countUndone(this.work, record);
    this.newest = Math.max(this.newest, fresh[0]?.sequence ?? 0);
    const reached = fresh.length < page.items.length;
    stretch.cursor = page.cursor;
    if (!reached && page.cursor !== undefined) return;
    this.stretches.splice(this.stretches.indexOf(stretch), 1);
    if (!reached && stretch.downTo === nextSequence) this.endsAbove = true;
  }
}
