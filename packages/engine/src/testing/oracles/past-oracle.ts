/**
 * PastOracle: questions about the past are answered as it was. Now and then it remembers one entity's rows on disk (state, mailbox, delayed
 * messages) and the newest record at that moment. Later, after crashes, trims and restores, the answer as of that record must be the same,
 * as far as the answer claims to be known. Neighbour: waiting-oracle.ts (what waited).
 */
import { splitKey, partsRange } from "../../core/store/store-key.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import { eraNumberOf } from "@signalbox/runtime/model/era";
import { homeOf } from "../../model/partition-place.ts";
import type { Store } from "../../ports/store.ts";
import { readEras } from "../../runtime/savepoints/journal-carry.ts";
import { reachOver, readStateAsOf } from "../../runtime/reads/past-queries.ts";
import { recordsBefore, recordsFrom } from "../../runtime/reads/journal-reader.ts";
import { must } from "../sim/trace.ts";
import { cancelledByOthers, checkWaiting, waitingNow, type WaitingThen } from "./waiting-oracle.ts";
import { memoryState, touchState } from "./interpreter.ts";

const momentsMax = 24;
const recordsMax = 10_000;
const expiring: ReadonlySet<string> = new Set([memoryState.name, touchState.name]);

interface Remembered {
  readonly address: Address;
  readonly sequence: number;
  /** How many partitions there were. */
  readonly partitions: number;
  readonly values: ReadonlyMap<string, string>;
  readonly waiting: WaitingThen;
}

interface RememberedNow {
  readonly address: Address;
  readonly draw: number;
  /** The latest time that the clock has shown. */
  readonly wallMs: number;
}

export class PastOracle {
  checks = 0;
  /** How many of those were answered by later records although a restore or a trim came in between. */
  known = 0;
  /** Messages and delayed messages that had waited. */
  waited = 0;
  private readonly moments: Remembered[] = [];

  /** `draw`, from 0 to 1, says which moment is dropped when there are too many. */
  async remember(stores: readonly Store[], { address, draw, wallMs }: RememberedNow): Promise<void> {
    const store = stores[homeOf(address.id, stores.length)];
    if (store === undefined) return;
    const snapshot = store.snapshot();
    try {
      const era = (await readEras(snapshot)).at(-1);
      for await (const newest of recordsBefore(snapshot, undefined)) {
        // Right after a restore the newest record belongs to the era before it, and what is on disk has no number of its own yet.
        if (era !== undefined && newest.sequence < era.firstSequence) return;
        const values = new Map<string, string>();
        for await (const [key, bytes] of snapshot.scan(partsRange("s", address.type, address.id)))
          values.set(splitKey(key)[3] ?? "", textOf(decodeRecord.state(bytes).bytes));
        const waiting = await waitingNow(snapshot, address, { newest, wallMs });
        const place = this.moments.length < momentsMax ? this.moments.length : Math.floor(draw * momentsMax);
        this.moments[place] = { address, sequence: newest.sequence, partitions: stores.length, values, waiting };
        break;
      }
    } finally {
      await snapshot.close();
    }
  }

  async check(stores: readonly Store[]): Promise<void> {
    for (const moment of this.moments) await this.checkOne(stores, moment);
  }

  private async checkOne(stores: readonly Store[], moment: Remembered): Promise<void> {
    const { address, sequence, values, waiting } = moment;
    const store = stores[homeOf(address.id, stores.length)];
    if (store === undefined) return;
    const found = await readStateAsOf(store, {
      address,
      moment: { kind: "sequence", sequence },
      recordsMax,
      nowMs: 0,
      expiring: [...expiring],
      inOrder: stores.length === 1,
      waitingMax: recordsMax,
    });
    this.checks += 1;
    if (found.kind !== "known") return;
    this.known += 1;
    const what = `${formatAddress(address)} as of ${sequence}`;
    if (found.waiting !== undefined) {
      const eras = await readEras(store);
      const oldest = Math.max(await oldestSequence(store), reachOver(eras, { number: eraNumberOf(eras, sequence), id: address.id }));
      const isGuessed = found.waiting.timers.some(
        ({ evidence, cancellationToken }) => evidence === "due-later" && cancellationToken !== "",
      );
      const foreign = isGuessed ? await cancelledByOthers(store, address, sequence) : new Set<string>();
      this.waited += found.waiting.messages.length + found.waiting.timers.length;
      checkWaiting(found.waiting, { was: waiting, what, partitions: Math.max(moment.partitions, stores.length), oldest, foreign });
    }
    const told = new Map(found.values.map((one) => [one.name, one]));
    for (const [name, value] of values) {
      const one = told.get(name);
      if (one === undefined) {
        must(!found.complete || expiring.has(name), () => `${what} lacks ${name}, which was there, and is said to be complete`);
        continue;
      }
      const shown = one.value ?? (expiring.has(name) ? one.perhapsExpired : undefined);
      // The record that wrote it may have been trimmed: then nothing tells that the value existed before it expired.
      const isForgotten = expiring.has(name) && one.writer === undefined;
      must(shown !== undefined || isForgotten, () => `${what} has no ${name}, which was there`);
      // At level metadata the journal does not keep the bytes.
      if (shown?.bytes !== undefined)
        must(textOf(shown.bytes) === value, () => `${what} has another ${name} than was there (${one.evidence})`);
    }
    for (const [name, one] of told) {
      const stale = expiring.has(name) && one.evidence === "last-change";
      must(one.value === undefined || values.has(name) || stale, () => `${what} has ${name}, which was not there (${one.evidence})`);
    }
  }
}

async function oldestSequence(store: Store): Promise<number> {
  for await (const { sequence } of recordsFrom(store, 0)) return sequence;
  return 0;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
