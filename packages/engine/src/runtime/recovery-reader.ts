/**
 * RecoveryReader: reads from a store what core/recovery.ts needs: meta, state specs, paused and parked entities, outbox depths; then,
 * piece by piece beside the traffic, how much waits in which mailbox (core/scheduling/count-mailboxes.ts).
 */
import type { Action } from "../core/action.ts";
import type { Command, CountedMailbox } from "../core/command.ts";
import { apply } from "../core/partition.ts";
import type { Recovered, RecoveredTables } from "../core/recovery.ts";
import { decodeSequence, metaKey, splitKey, tableRange } from "../core/store/store-key.ts";
import { decodeRecord, storeFormatVersionOfSeveral, storeFormatVersionOldest } from "../core/store/store-record.ts";
import type { Address } from "../model/address.ts";
import { EngineError } from "../model/engine-error.ts";
import type { Store } from "../ports/store.ts";

type CountAction = Extract<Action, { kind: "count-mailboxes" }>;
type CountedCommand = Extract<Command, { kind: "mailboxes-counted" }>;
type MutableMailbox = { -readonly [Name in keyof CountedMailbox]: CountedMailbox[Name] };

interface MutableLink {
  readonly to: number;
  waiting: number;
  readonly firstSequence: number;
}

export async function readTables(store: Store): Promise<RecoveredTables> {
  const metaBytes = store.get(metaKey);
  const meta = metaBytes === undefined ? undefined : decodeRecord.meta(metaBytes);
  if (meta !== undefined && (meta.formatVersion > storeFormatVersionOfSeveral || meta.formatVersion < storeFormatVersionOldest)) {
    const cure = "Start the version of Signalbox that wrote it, take a savepoint there and restore it here.";
    throw new EngineError(
      "DATA_CORRUPT",
      `the store has format ${meta.formatVersion}, this version reads ${storeFormatVersionOldest} to ${storeFormatVersionOfSeveral}`,
      cure,
    );
  }
  const specs: { type: string; specs: ReturnType<typeof decodeRecord.specs> }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("f")))
    specs.push({ type: splitKey(key)[1] ?? "", specs: decodeRecord.specs(bytes) });
  const entities: { address: Address; record: ReturnType<typeof decodeRecord.entity> }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("e")))
    entities.push({ address: addressOf(key), record: decodeRecord.entity(bytes) });
  const egresses: { egress: string; waiting: number }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("g")))
    egresses.push({ egress: splitKey(key)[1] ?? "", waiting: decodeRecord.egressDepth(bytes) });
  const received: { from: number; sequence: number }[] = [];
  for await (const [key, bytes] of store.scan(tableRange("r")))
    received.push({ from: decodeSequence(splitKey(key)[1] ?? ""), sequence: decodeRecord.received(bytes) });
  return { meta, specs, entities, egresses, received, outboxes: await readOutboxes(store) };
}

/** How many wait for which other partition. */
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

/** One piece of the count: rows are counted by key, their values are not read. Rows of this life are passed over. */
export async function countMailboxes(store: Store, action: CountAction, nowMs: () => number): Promise<CountedCommand> {
  const { afterKey, sequenceEnd, rowsMax } = action;
  const mailboxes: MutableMailbox[] = [];
  let rows = 0;
  let lastKey = "";
  let lastPrefix = "";
  let current: MutableMailbox | undefined;
  for await (const key of store.scanKeys({ gt: afterKey, lt: tableRange("m").lt, limit: rowsMax })) {
    rows++;
    lastKey = key;
    const end = key.lastIndexOf("\u0000");
    const sequence = decodeSequence(key.slice(end + 1));
    if (sequence >= sequenceEnd) continue;
    const prefix = key.slice(0, end);
    if (current === undefined || prefix !== lastPrefix) {
      lastPrefix = prefix;
      current = { address: addressOf(prefix), messages: 0, firstSequence: sequence };
      mailboxes.push(current);
    }
    current.messages++;
  }
  return { kind: "mailboxes-counted", nowMs: nowMs(), mailboxes, lastKey: rows < rowsMax ? undefined : lastKey };
}

/** The count in one go, for what is not in use yet; what else is to be done is returned. */
export async function countAll(store: Store, recovered: Recovered, nowMs: () => number): Promise<Recovered> {
  const { state } = recovered;
  const actions: Action[] = [];
  let next: readonly Action[] = recovered.actions;
  while (next.length > 0) {
    const asked = next.find((action) => action.kind === "count-mailboxes");
    actions.push(...next.filter((action) => action !== asked));
    next = asked === undefined ? [] : apply(state, await countMailboxes(store, asked, nowMs));
  }
  return { state, actions };
}
