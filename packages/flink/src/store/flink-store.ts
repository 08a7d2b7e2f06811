/**
 * FlinkStore: what the gateway itself keeps when functions run on Flink: the ingress log by position, what came out by transaction, and a
 * few documents (which run is in force). One LevelDB; the ways in and out are ingress-log.ts and egress-outbox.ts. The state of entities is
 * Flink's.
 */
import { mkdirSync } from "node:fs";
import { ClassicLevel } from "classic-level";
import { StoreError } from "@signalbox/runtime";
import type { z } from "zod";
import { CommitQueue, type Database, type Write } from "./commit-queue.ts";
import { keys } from "./keys.ts";

export interface FlinkStoreOptions {
  readonly folder: string;
  readonly pendingBytesMax: number;
}

export class FlinkStore {
  readonly database: Database;
  readonly commits: CommitQueue;

  constructor(database: Database, commits: CommitQueue) {
    this.database = database;
    this.commits = commits;
  }

  /** Undefined when there is none, or when it is not one that this version writes. */
  async document<T>(name: string, shape: z.ZodType<T>): Promise<T | undefined> {
    const bytes = await this.database.get(keys.meta(name));
    if (bytes === undefined) return undefined;
    const parsed = shape.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    return parsed.success ? parsed.data : undefined;
  }

  /** The caller writes it in one batch with what belongs to it. */
  documentWrite(name: string, content: unknown): Write {
    return { type: "put", key: keys.meta(name), value: Buffer.from(JSON.stringify(content)) };
  }

  async close(): Promise<void> {
    await this.commits.idle();
    await this.database.close();
  }
}

/** Rejects with DATA_CORRUPT or DATA_IN_USE. */
export async function openFlinkStore({ folder, pendingBytesMax }: FlinkStoreOptions): Promise<FlinkStore> {
  mkdirSync(folder, { recursive: true });
  const database: Database = new ClassicLevel(folder, { keyEncoding: "utf8", valueEncoding: "view" });
  try {
    await database.open();
  } catch (error) {
    const held = error instanceof Error && error.cause instanceof Error && "code" in error.cause && error.cause.code === "LEVEL_LOCKED";
    const cure = held ? "Stop the gateway that holds it." : "Put the folder back from a copy.";
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new StoreError(held ? "DATA_IN_USE" : "DATA_CORRUPT", {
      message: `the store ${folder} does not open: ${reason}`,
      place: folder,
      cure,
    });
  }
  return new FlinkStore(database, new CommitQueue({ database, pendingBytesMax }));
}
