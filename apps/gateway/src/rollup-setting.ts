/**
 * RollupSetting: how large the file may become that keeps the charts of the last 24 h. Neighbours: env.ts lists it, open-rollups.ts uses
 * it.
 */
import { bytesSetting } from "./setting.ts";

export const rollupBytesMaxDefault = 128 * 1024 * 1024;

export const rollupBytesSetting = bytesSetting("SIGNALBOX_ROLLUP_BYTES_MAX", {
  fallback: rollupBytesMaxDefault,
  least: 16 * 1024 * 1024,
  meaning: "Bytes of the file that keeps the charts of the last 24 h; the oldest go first",
});
