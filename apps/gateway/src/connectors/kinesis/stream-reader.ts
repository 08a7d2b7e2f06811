/**
 * StreamReader: all shards of one stream. A shard begins once its parents have ended and their last records are durable, so that the
 * records of a key stay in order over a resharding. The start of the first read is durable before anything is read, so `latest` means the
 * end at that time.
 */
import { Wake } from "../wake.ts";
import type { StreamRoute } from "./kinesis-chunks.ts";
import {
  parseShardPosition,
  parseStreamPosition,
  shardPart,
  streamPart,
  streamPositionText,
  type ShardPosition,
  type StreamPosition,
} from "./kinesis-position.ts";
import type { KinesisShard, StreamDescription } from "./kinesis-wire.ts";
import { readShard, type ReadingParts } from "./shard-reader.ts";

export type KinesisStartup = { readonly kind: "latest" } | { readonly kind: "earliest" } | { readonly kind: "date"; readonly atMs: number };

/** How long to wait for the children of an ended shard, which may be listed a little later. */
const childrenAfterMs = 1000;

export class StreamReader {
  readonly #parts: ReadingParts;
  readonly #route: StreamRoute;
  readonly #startup: KinesisStartup;
  readonly #ended = new Set<string>();
  readonly #reading = new Map<string, Promise<void>>();
  /** Shards that ended since the ingress opened and whose children are not listed yet. */
  readonly #childless = new Set<string>();
  readonly #moved = new Wake();
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: ReadingParts, route: StreamRoute, startup: KinesisStartup) {
    this.#parts = parts;
    this.#route = route;
    this.#startup = startup;
  }

  /** Resolves when the signal is aborted, and rejects with the first error; in both cases only when no shard is being read any more. */
  async run(description: StreamDescription): Promise<void> {
    const { signal } = this.#parts.context;
    try {
      const stream = { ...(await this.#begin(description)), createdMs: description.createdMs };
      while (!signal.aborted && this.#failure === undefined) {
        await this.#startShards(stream);
        if (this.#childless.size > 0) await this.#parts.context.wait(childrenAfterMs);
        else await this.#moved.wait(signal);
      }
      if (this.#failure !== undefined && !signal.aborted) throw this.#failure.error;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Call it once the signal is aborted; resolves when no shard is being read any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#reading.values());
  }

  async #begin({ createdMs, serviceNowMs }: StreamDescription): Promise<StreamPosition> {
    const { context, marks } = this.#parts;
    const part = streamPart(this.#route.stream);
    const text = await context.position(part);
    const known = text === undefined ? undefined : parseStreamPosition(text);
    if (known?.createdMs === createdMs) return known;
    // A stream that was created again, or did not exist at first, has no records to skip.
    const fromMs = known === undefined ? this.#firstMs(serviceNowMs ?? context.nowMs()) : undefined;
    const position = streamPositionText({ createdMs, fromMs });
    const durable = marks.expect(part, position);
    await context.accept([], { position, part });
    await durable;
    return { createdMs, fromMs };
  }

  #firstMs(nowMs: number): number | undefined {
    switch (this.#startup.kind) {
      case "earliest":
        return undefined;
      case "latest":
        return nowMs;
      case "date":
        return this.#startup.atMs;
    }
  }

  async #startShards(stream: StreamPosition & { readonly createdMs: number }): Promise<void> {
    const { calls, attempts } = this.#parts;
    const { stream: name } = this.#route;
    const shards = await attempts.call(name, () => calls.shards(name));
    const listed = new Set(shards.map(({ id }) => id));
    const hasParentToCome = ({ parents }: KinesisShard): boolean =>
      parents.some((parent) => listed.has(parent) && !this.#ended.has(parent));
    for (const { parents } of shards) for (const parent of parents) this.#childless.delete(parent);
    // Repeated passes find all shards that can begin, in whatever order they are listed.
    for (let found = true; found; ) {
      found = false;
      for (const shard of shards) {
        if (this.#ended.has(shard.id) || this.#reading.has(shard.id) || hasParentToCome(shard)) continue;
        found = true;
        const from = await this.#position(shard.id, stream.createdMs);
        if (from?.kind === "end") this.#ended.add(shard.id);
        else this.#start(shard, { stream, from });
      }
    }
  }

  #start(
    shard: KinesisShard,
    { stream, from }: { stream: StreamPosition & { createdMs: number }; from: Exclude<ShardPosition, { kind: "end" }> | undefined },
  ): void {
    const reading = readShard(this.#parts, { shard, route: this.#route, stream, from }).then(
      () => {
        this.#ended.add(shard.id);
        this.#childless.add(shard.id);
      },
      (error: unknown) => {
        this.#failure ??= { error };
      },
    );
    this.#reading.set(
      shard.id,
      reading.finally(() => {
        this.#reading.delete(shard.id);
        this.#moved.ring();
      }),
    );
  }

  async #position(shard: string, createdMs: number): Promise<ShardPosition | undefined> {
    const text = await this.#parts.context.position(shardPart(this.#route.stream, createdMs, shard));
    return text === undefined ? undefined : parseShardPosition(text);
  }
}
