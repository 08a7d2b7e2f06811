/** MutantPorts: ports that break their rules, for the planted bugs of mutants.ts. */
import type { Command } from "../../core/command.ts";
import { PartitionState } from "../../core/partition-state.ts";
import { storeKey } from "../../core/store/store-key.ts";
import { formatAddress } from "@signalbox/runtime/model/address";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import type { NextStores, StoreHome } from "../../ports/store-home.ts";
import type { ScanRange, Store, StoreWrite } from "../../ports/store.ts";
import type { Load, StoreView } from "../../runtime/processor/store-view.ts";
import { changedStore, isTable, nothing } from "./planting.ts";

/** Reports a batch as durable before it is. */
export function earlyAnswers(store: Store): Store {
  return changedStore(store, {
    writeSynced: async (writes) => {
      store.writeSynced(writes).catch(() => undefined);
    },
  });
}

/** Shows egress records as soon as they are handed over. */
export function earlyEgress(store: Store): Store {
  const handedOver = new Map<string, Uint8Array>();
  const writeSynced = async (writes: readonly StoreWrite[]): Promise<void> => {
    const rows = writes.filter(({ key }) => key.startsWith("o\u0000"));
    for (const { key, value } of rows) if (value !== undefined) handedOver.set(key, value);
    await store.writeSynced(writes);
    for (const { key } of rows) handedOver.delete(key);
  };
  async function* scan(range: ScanRange): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    const early = [...handedOver].filter(([key]) => key >= (range.gte ?? "") && key > (range.gt ?? "") && key < range.lt);
    const seen = new Set<string>();
    for await (const row of store.scan(range)) {
      seen.add(row[0]);
      yield row;
    }
    yield* early.filter(([key]) => !seen.has(key));
  }
  return changedStore(store, { writeSynced, scan: (range) => (isTable(range, "o") ? scan(range) : store.scan(range)) });
}

/** Recovery finds no messages. */
export function lostMailboxes(store: Store): Store {
  return changedStore(store, { scan: (range) => (isTable(range, "w") ? nothing() : store.scan(range)) });
}

/** A read claims that there is nothing beyond what it took. */
export function lostMailboxEnds(store: Store): Store {
  return changedStore(store, { scanKeys: (range) => (isTable(range, "m") ? nothing() : store.scanKeys(range)) });
}

/** A paused or parked entity keeps its first row: later writes of that row are dropped. */
export function firstStatuses(store: Store): Store {
  return changedStore(store, {
    writeSynced: (writes) =>
      store.writeSynced(
        writes.filter(({ key, value }) => !key.startsWith("e\u0000") || value === undefined || store.get(key) === undefined),
      ),
  });
}

/** Recovery finds no paused or parked entities. */
export function lostStatuses(store: Store): Store {
  return changedStore(store, { scan: (range) => (isTable(range, "e") ? nothing() : store.scan(range)) });
}

export function halfBatches(store: Store): Store {
  return changedStore(store, { writeSynced: (writes) => store.writeSynced(writes.length > 8 ? writes.slice(0, -1) : writes) });
}

/** Gives the late reply of an attempt to the attempt after it, as an engine without fencing would. */
export function unfenced(transport: FunctionTransport): FunctionTransport {
  const late = new Map<string, InvocationOutcome>();
  return {
    invoke(request, signal) {
      const key = formatAddress(request.target);
      const stale = late.get(key);
      late.delete(key);
      const outcome = transport.invoke(request, signal);
      return outcome.then((own) => {
        if (own.kind === "reply" && own.reply.kind === "completed") late.set(key, own);
        return stale ?? own;
      });
    },
    retain: (endpoints) => transport.retain(endpoints),
    close: () => transport.close(),
  };
}

/** Every second adoption reports a failure after it has taken effect. */
export function adoptionThatLies(home: StoreHome): StoreHome {
  let adoptions = 0;
  const lying = (next: NextStores): NextStores => ({
    stores: next.stores,
    adopt: async () => {
      await next.adopt();
      if (++adoptions % 2 === 1) throw new Error("the directory did not sync");
    },
  });
  return {
    openCurrent: (partitions) => home.openCurrent(partitions),
    createNext: async (partitions) => lying(await home.createNext(partitions)),
    removeStale: () => home.removeStale(),
    close: () => home.close(),
  };
}

/** Looks at what is being written to disk when the read ends instead of when it begins. */
export function overtakenRead(real: (self: object, given: readonly unknown[]) => unknown) {
  return async function late(this: StoreView, loads: readonly Load[], nowMs: () => number): Promise<unknown> {
    const state: unknown = Reflect.get(this, "state");
    if (!(state instanceof PartitionState)) throw new Error("a store view belongs to a partition");
    Object.defineProperty(state.epochs, "pending", { value: () => undefined, configurable: true });
    let reading: unknown;
    try {
      reading = real(this, [loads, nowMs]);
    } finally {
      Reflect.deleteProperty(state.epochs, "pending");
    }
    const read = await (reading as Promise<Extract<Command, { kind: "loaded" }>>);
    const entities = read.entities.map(({ address, values }, at) => ({
      address,
      values: values.map((value, index) => {
        const pending = state.epochs.pending(storeKey.state(loads[at]?.keyPart ?? "", loads[at]?.names[index] ?? ""));
        if (pending === undefined) return value;
        return pending.record?.kind === "state" ? pending.record.value : undefined;
      }),
    }));
    return { ...read, entities };
  };
}
