/** LayeredSnapshot: a StoreSnapshot over layers as they are now and a snapshot of the store below (layered-scan.ts), closed together. */
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { StoreSnapshot } from "../../ports/store.ts";
import { layeredRow, scanKeysLayered, scanLayered, type GiveWay, type LayeredView, type LayerView } from "./layered-scan.ts";

/** Layers only grow, so a reader that remembers the number of slots sees a layer as it was. */
export function layeredSnapshot(layers: readonly LayerView[], below: StoreSnapshot, giveWay: GiveWay): StoreSnapshot {
  const view = { layers, below };
  for (const { layer, slots } of layers) layer.beginView(slots);
  let isOpen = true;
  const open = (): LayeredView => {
    if (!isOpen) throw new EngineError("ENGINE_STOPPED", "the snapshot is closed", "take a new one");
    return view;
  };
  const scanned = { open, giveWay };
  return {
    get(key) {
      const row = layeredRow(open(), key);
      return row === undefined ? below.get(key) : row.value;
    },
    scan: (range) => scanLayered(scanned, range),
    scanKeys: (range) => scanKeysLayered(scanned, range),
    async close() {
      if (isOpen) for (const { layer, slots } of layers) layer.endView(slots);
      isOpen = false;
      await below.close();
    },
  };
}
