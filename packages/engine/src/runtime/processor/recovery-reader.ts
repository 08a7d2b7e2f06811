/**
 * RecoveryReader: reads from a store what core/recovery.ts needs: meta, state specs, how much waits for which type, paused and parked
 * entities, outbox depths. A store that lacks the sums of what waits gets them first (mailbox-sums.ts).
 */
import type { RecoveredTables } from "../../core/recovery.ts";
import { decodeSequence, metaKey, splitKey, tableRange } from "../../core/store/store-key.ts";
import { storeFormatVersionOfSeveral, storeFormatVersionOldest, storeFormatVersionWithSums } from "../../core/store/store-format.ts";
import { decodeRecord } from "../../core/store/store-record.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { Store } from "../../ports/store.ts";
import { addMailboxSums } from "./mailbox-sums.ts";

interface MutableLink {
  readonly to: number;
  waiting: number;
  readonly firstSequence: number;
}

export async function readTables(store: Store): Promise<RecoveredTables> {
  const metaBytes = store.get(metaKey);
  let meta = metaBytes === undefined ? undefined : decodeRecord.meta(metaBytes);
  if (meta !== undefined && (meta.formatVersion > storeFormatVersionOfSeveral || meta.formatVersion < storeFormatVersionOldest)) {
    const cure = "Start the version of Signalbox that wrote it, take a savepoint there and restore it here.";
    throw new EngineError(
      "DATA_CORRUPT",
      `the store has format ${meta.formatVersion}, this version reads ${storeFormatVersionOldest} to ${storeFormatVersionOfSeveral}`,
      cure,
    );
  }
  if (meta !== undefined && meta.formatVersion < storeFormatVersionWithSums) meta = await addMailboxSums(store, meta);
  const specs: { type: string; specs: ReturnType<typeof decodeRecord.specs> }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("f")))
    specs.push({ type: splitKey(key)[1] ?? "", specs: decodeRecord.specs(bytes) });
  const entities: { address: Address; record: ReturnType<typeof decodeRecord.entity> }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("e")))
    entities.push({ address: addressOf(key), record: decodeRecord.entity(bytes) });
  const waiting: { type: string; messages: number }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("w")))
    waiting.push({ type: splitKey(key)[1] ?? "", messages: decodeRecord.waiting(bytes) });
  const egresses: { egress: string; waiting: number }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("g")))
    egresses.push({ egress: splitKey(key)[1] ?? "", waiting: decodeRecord.egressDepth(bytes) });
  const received: { from: number; sequence: number }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("r")))
    received.push({ from: decodeSequence(splitKey(key)[1] ?? ""), sequence: decodeRecord.received(bytes) });
  return { meta, specs, waiting, entities, egresses, received, outboxes: await readOutboxes(store) };
}

/** The links to other partitions, with how many outbox entries wait for each. */
async function readOutboxes(store: Store): Promise<MutableLink[]> {
  const links = new Map<number, MutableLink>();
  for await (const key of store.scanKeys(tableRange("n"))) {
    const [, partition = "", sequence = ""] = splitKey(key);
    const to = decodeSequence(partition);
    const link = links.get(to);
    if (link === undefined) links.set(to, { to, waiting: 1, firstSequence: decodeSequence(sequence) });
    else link.waiting++;
  }
  return [...links.values()];
}

function addressOf(key: string): Address {
  const [, type, id] = splitKey(key);
  return { type: type ?? "", id: id ?? "" };
}
