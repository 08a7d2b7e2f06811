/** Kinesis in memory: streams whose shards are split and merged, iterators that expire, calls that fail as the test says. */
import { createHash } from "node:crypto";
import { KinesisError } from "../../../src/connectors/kinesis/kinesis-error.ts";
import {
  recordsPerFetchMax,
  type KinesisCalls,
  type KinesisEntry,
  type KinesisRecord,
  type KinesisShard,
  type PutOutcome,
  type ReadFrom,
} from "../../../src/connectors/kinesis/kinesis-wire.ts";

interface Shard extends KinesisShard {
  readonly records: (KinesisRecord & { readonly atMs: number })[];
  closed: boolean;
}

interface Stream {
  readonly createdMs: number;
  readonly shards: Shard[];
}

const hashes = 2n ** 128n;

export class MemoryKinesis {
  readonly streams = new Map<string, Stream>();
  /** The service's time. */
  nowMs = 1_700_000_000_000;
  open = 0;
  /** The calls in order, such as "records clicks/shard-1". */
  readonly asked: string[] = [];
  /** Returns the code of the error that a call throws; undefined when the call works. */
  fault: (call: string) => string | undefined = () => undefined;
  /** Returns the code with which an entry of a put is refused. */
  refusal: (entry: KinesisEntry, text: string) => string | undefined = () => undefined;
  #sequence = 0n;
  #iterators = 0;
  #expiredBefore = 0;

  create(stream: string, shards = 1): void {
    const made = Array.from({ length: shards }, (_, index) => {
      const firstHash = (hashes * BigInt(index)) / BigInt(shards);
      return newShard(index, [], { firstHash, lastHash: (hashes * BigInt(index + 1)) / BigInt(shards) - 1n });
    });
    this.streams.set(stream, { createdMs: this.nowMs++, shards: made });
  }

  delete(stream: string): void {
    this.streams.delete(stream);
  }

  /** Adds a record and returns its sequence. */
  put(stream: string, key: string, data: string | Uint8Array): string {
    const hash = hashOf(key);
    const shard = this.#stream(stream).shards.find(({ closed, firstHash, lastHash }) => !closed && firstHash <= hash && hash <= lastHash);
    if (shard === undefined) throw new Error("no shard is open");
    // The numbers are larger than a double holds exactly, as those of Kinesis are.
    const sequence = String(49_680_638_423_837_507_714_236_820_257_679_000_000_000_000_000_000n + ++this.#sequence);
    shard.records.push({ sequence, key, data: typeof data === "string" ? Buffer.from(data) : data, atMs: this.nowMs++ });
    return sequence;
  }

  split(stream: string, id: string): void {
    const { shards } = this.#stream(stream);
    const parent = shards.find((shard) => shard.id === id);
    if (parent === undefined) throw new Error(`no shard ${id}`);
    parent.closed = true;
    const { firstHash, lastHash } = parent;
    const middle = (firstHash + lastHash) / 2n;
    shards.push(newShard(shards.length, [id], { firstHash, lastHash: middle }));
    shards.push(newShard(shards.length, [id], { firstHash: middle + 1n, lastHash }));
  }

  merge(stream: string, first: string, second: string): void {
    const { shards } = this.#stream(stream);
    const parents = shards.filter(({ id }) => id === first || id === second);
    for (const parent of parents) parent.closed = true;
    const hash = parents.flatMap(({ firstHash, lastHash }) => [firstHash, lastHash]).sort((a, b) => (a < b ? -1 : 1));
    shards.push(newShard(shards.length, [first, second], { firstHash: hash[0] ?? 0n, lastHash: hash.at(-1) ?? 0n }));
  }

  expireIterators(): void {
    this.#expiredBefore = this.#iterators;
  }

  connect = (_access: unknown, { signal }: { readonly signal: AbortSignal }): KinesisCalls => {
    this.open++;
    const call = async <T>(name: string, where: string, answer: () => T): Promise<T> => {
      await Promise.resolve();
      if (signal.aborted) throw new KinesisError({ code: "AbortError", where, detail: "" });
      this.asked.push(`${name} ${where}`);
      const code = this.fault(`${name} ${where}`);
      if (code !== undefined) throw new KinesisError({ code, where, detail: "" });
      return answer();
    };
    return {
      identify: () => call("identify", "the service", () => undefined),
      describe: (stream) => call("describe", stream, () => ({ createdMs: this.#stream(stream).createdMs, serviceNowMs: this.nowMs })),
      shards: (stream) =>
        call("shards", stream, () =>
          this.#stream(stream).shards.map(({ id, parents, firstHash, lastHash }) => ({ id, parents, firstHash, lastHash })),
        ),
      iterator: ({ stream, shard }, from) =>
        call("iterator", `${stream}/${shard}`, () => `${++this.#iterators} ${placeOf(this.#shard(stream, shard), from)}`),
      records: (iterator, { stream, shard }) =>
        call("records", `${stream}/${shard}`, () => {
          const [number = 0, index = 0] = iterator.split(" ").map(Number);
          const where = `${stream}/${shard}`;
          if (number <= this.#expiredBefore) throw new KinesisError({ code: "ExpiredIteratorException", where, detail: "" });
          const { records, closed } = this.#shard(stream, shard);
          const found = records.slice(index, index + recordsPerFetchMax);
          const end = index + found.length;
          const isEnd = closed && end >= records.length;
          return { records: found, next: isEnd ? undefined : `${++this.#iterators} ${end}`, behindMs: end < records.length ? 1000 : 0 };
        }),
      put: (stream, entries) =>
        call("put", stream, () => {
          this.#stream(stream);
          return entries.map((entry): PutOutcome => {
            const text = Buffer.from(entry.data).toString();
            const code = this.refusal(entry, text);
            if (code === undefined) this.put(stream, entry.key, entry.data);
            return { code, detail: code === undefined ? undefined : "as the test says" };
          });
        }),
      close: () => {
        this.open--;
      },
    };
  };

  texts(stream: string): string[] {
    const records = this.#stream(stream).shards.flatMap((shard) => shard.records);
    return records.sort((a, b) => (BigInt(a.sequence) < BigInt(b.sequence) ? -1 : 1)).map(({ data }) => Buffer.from(data).toString());
  }

  #stream(name: string): Stream {
    const found = this.streams.get(name);
    if (found === undefined) throw new KinesisError({ code: "ResourceNotFoundException", where: name, detail: "" });
    return found;
  }

  #shard(stream: string, id: string): Shard {
    const found = this.#stream(stream).shards.find((shard) => shard.id === id);
    if (found === undefined) throw new KinesisError({ code: "ResourceNotFoundException", where: `${stream}/${id}`, detail: "" });
    return found;
  }
}

function newShard(number: number, parents: readonly string[], hash: Pick<KinesisShard, "firstHash" | "lastHash">): Shard {
  return { id: `shard-${number}`, parents, ...hash, records: [], closed: false };
}

function placeOf({ records }: Shard, from: ReadFrom): number {
  switch (from.kind) {
    case "oldest":
      return 0;
    case "time": {
      const index = records.findIndex(({ atMs }) => atMs >= from.atMs);
      return index < 0 ? records.length : index;
    }
    case "after":
      return records.findIndex(({ sequence }) => sequence === from.sequence) + 1;
    case "at":
      return records.findIndex(({ sequence }) => sequence === from.sequence);
  }
}

function hashOf(key: string): bigint {
  return BigInt(`0x${createHash("md5").update(key).digest("hex")}`);
}
