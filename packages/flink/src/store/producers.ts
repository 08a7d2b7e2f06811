/** Producers: how far each producer of batches has come; written in the batch of its messages. Batches of one producer are checked one after the other. */
import { z } from "zod";
import { EngineError, type ProducerBatch } from "@signalbox/runtime";
import type { FlinkStore } from "./flink-store.ts";
import type { Write } from "./commit-queue.ts";
import { keys } from "./keys.ts";

const row = z.object({ sequence: z.number(), text: z.string().optional() });
export type ProducerRow = z.infer<typeof row>;
const unseen: ProducerRow = { sequence: 0 };

export class Producers {
  readonly #store: FlinkStore;
  /** Rows on their way to disk, with the number of writes that keep them there. */
  readonly #underWay = new Map<string, { latest: ProducerRow; writes: number }>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: FlinkStore) {
    this.#store = store;
  }

  async durable(producer: string): Promise<ProducerRow> {
    const bytes = await this.#store.database.get(keys.producer(producer));
    return bytes === undefined ? unseen : row.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  }

  /**
   * The row after the batch, once all is durable. `append` takes the messages that are new, with the write of the row. Rejects with
   * SEQUENCE_GAP.
   */
  async follow(batch: ProducerBatch, append: (fresh: ProducerBatch["messages"], beside: Write) => Promise<unknown>): Promise<ProducerRow> {
    const { producer } = batch;
    const turn = (this.#turns.get(producer) ?? Promise.resolve()).then(async () => {
      const before = this.#underWay.get(producer)?.latest ?? (await this.durable(producer));
      const after = afterBatch(before, batch);
      const fresh = batch.messages.filter(({ sequence }) => sequence > before.sequence);
      // It is not awaited in the turn, so the next batch is checked while this one is on its way.
      return { after, written: append(fresh, this.#hold(producer, after)).finally(() => this.#release(producer)) };
    });
    const settled = turn.then(
      ({ written }) => void written.catch(() => undefined),
      () => undefined,
    );
    this.#turns.set(producer, settled);
    void settled.then(() => {
      if (this.#turns.get(producer) === settled) this.#turns.delete(producer);
    });
    const { after, written } = await turn;
    await written;
    return after;
  }

  #hold(producer: string, latest: ProducerRow): Write {
    const held = this.#underWay.get(producer);
    this.#underWay.set(producer, { latest, writes: (held?.writes ?? 0) + 1 });
    return { type: "put", key: keys.producer(producer), value: Buffer.from(JSON.stringify(latest)) };
  }

  #release(producer: string): void {
    const held = this.#underWay.get(producer);
    if (held === undefined) return;
    held.writes--;
    if (held.writes === 0) this.#underWay.delete(producer);
  }
}

function afterBatch(before: ProducerRow, { position, previousSequence, messages }: ProducerBatch): ProducerRow {
  const previous = previousSequence ?? 0;
  const follows = position === undefined ? previous <= before.sequence : previous === before.sequence;
  if (!follows) {
    const what = `the batch follows on ${previous}, but ${before.sequence} is the last sequence taken`;
    throw new EngineError("SEQUENCE_GAP", what, "Ask for the position in force and go on from there.");
  }
  const highest = Math.max(before.sequence, position?.sequence ?? 0, ...messages.map(({ sequence }) => sequence));
  const text = position?.text ?? before.text;
  return { sequence: highest, ...(text === undefined ? {} : { text }) };
}
