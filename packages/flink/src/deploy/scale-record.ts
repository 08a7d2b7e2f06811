/**
 * ScaleRecord: the parallelism that a person set while the job ran. It counts until the setting itself changes, because then the setting is
 * the newer wish.
 */
import { z } from "zod";
import type { Write } from "../store/commit-queue.ts";
import type { FlinkStore } from "../store/flink-store.ts";

const record = z.object({
  parallelism: z.int(),
  /** The value of SIGNALBOX_FLINK_PARALLELISM at that time. */
  setting: z.int(),
});

export async function readParallelism(store: FlinkStore, setting: number): Promise<number> {
  const known = await store.document("scale", record);
  return known?.setting === setting ? known.parallelism : setting;
}

export function scaleWrite(store: FlinkStore, scale: { readonly parallelism: number; readonly setting: number }): Write {
  return store.documentWrite("scale", scale);
}
