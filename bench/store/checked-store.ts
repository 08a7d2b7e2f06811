/**
 * CheckedStore: the part of the engine's Store port that the check drives, and the stores that offer it: our adapter, and rivals behind the
 * same shape.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { openDiskStore } from "../../packages/engine/src/adapters/disk-store.ts";
import { openLevelStore } from "../../packages/engine/src/adapters/leveldb/store-level.ts";
import { installRival } from "../rivals/install-rival.ts";
import type { Store } from "@signalbox/engine";

export type CheckedStore = Pick<Store, "get" | "writeSynced" | "sizeBytes" | "close">;

export const storeNames = ["disk", "level", "lmdb", "rocksdb"] as const;
export type StoreName = (typeof storeNames)[number];

interface RivalStore {
  /** `loaded` is the package, of which each store declares the shape as far as it uses it. */
  open(loaded: unknown, path: string): Promise<CheckedStore>;
}

const rivalPackages = { lmdb: "lmdb", rocksdb: "@nxtedition/rocksdb" } as const;

export async function openStore(name: StoreName, path: string): Promise<CheckedStore> {
  if (name === "disk") return openDiskStore(path);
  if (name === "level") return openLevelStore(path);
  const require = createRequire(join(installRival("stores"), "package.json"));
  const rival: RivalStore = name === "lmdb" ? await import("./lmdb-store.ts") : await import("./rocksdb-store.ts");
  return rival.open(require(rivalPackages[name]), path);
}
