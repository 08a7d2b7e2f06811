/** LogMutants: the planted bugs of the epoch log and of the code above it, which the worlds of sim/log-world.ts must see. */
import { EpochLog } from "../../adapters/epoch-log/epoch-log.ts";
import type { FrameRow } from "../../adapters/epoch-log/epoch-frame.ts";
import { FollowedLog } from "../../adapters/epoch-log/followed-log.ts";
import type { LogFile } from "../../adapters/epoch-log/log-files.ts";
import { LoggedStore } from "../../adapters/epoch-log/logged-store.ts";
import { LogProgress } from "../../adapters/epoch-log/log-progress.ts";
import { OverlayLayer } from "../../adapters/epoch-log/overlay-layer.ts";
import { SortedKeys } from "../../adapters/epoch-log/sorted-keys.ts";
import { runLogWorld } from "../sim/log-world.ts";
import { SimLogFiles } from "../sim/sim-log-files.ts";
import type { Mutant } from "./mutant.ts";
import { replaceGetter, replaceMethod } from "./planting.ts";

const ofLog = (mutant: Pick<Mutant, "name" | "breaks" | "plant">): Mutant => ({
  ...mutant,
  seedsMax: 300,
  finding: /log world \d+: /,
  world: runLogWorld,
});

export const logMutants: readonly Mutant[] = [
  ofLog({
    name: "frame-counted-before-sync",
    breaks: "G4: a batch is acknowledged before its frame is in the log",
    plant: () =>
      replaceMethod(
        SimLogFiles,
        "create",
        (real) =>
          async function early(this: SimLogFiles, ...given: never[]) {
            const file = (await real(this, given)) as LogFile;
            const append = async (bytes: Uint8Array, position: number): Promise<void> => {
              file.append(bytes, position).catch(() => undefined);
            };
            return { ...file, append };
          },
      ),
  }),
  ofLog({
    name: "overlay-missed-by-scan",
    breaks: "reads: a scan shows the store below alone",
    plant: () => replaceMethod(OverlayLayer, "cursor", () => () => ({ key: undefined, next: () => undefined })),
  }),
  ofLog({
    name: "dead-key-taken-from-open-readers",
    breaks: "reads: a key that came and went is taken out of the order although an older snapshot still sees its row",
    plant: () => replaceMethod(OverlayLayer, "beginView", () => () => undefined),
  }),
  ofLog({
    name: "forgotten-key-not-found-again",
    breaks: "reads: a key that was taken out of the order and comes again is shown by no scan",
    plant: () =>
      replaceMethod(SortedKeys, "add", (real) => {
        const known = new WeakMap<SortedKeys, Set<string>>();
        return function once(this: SortedKeys, key: string) {
          const keys = known.get(this) ?? new Set();
          known.set(this, keys);
          if (keys.has(key)) return undefined;
          keys.add(key);
          return real(this, [key]);
        };
      }),
  }),
  ofLog({
    name: "tombstone-dropped",
    breaks: "G3: a row that is removed is taken for one that was born in the same layer, and stays below",
    plant: () =>
      replaceMethod(
        OverlayLayer,
        "put",
        (real) =>
          function born(this: OverlayLayer, row: unknown, how: object) {
            return real(this, [row, { ...how, fresh: true }]);
          },
      ),
  }),
  ofLog({
    name: "fresh-believed-at-start",
    breaks: "G3: what a start reads from the log is taken for new, though a part of it may be below already",
    plant: () =>
      replaceMethod(
        OverlayLayer,
        "addRead",
        () =>
          function believing(this: OverlayLayer, frame: Uint8Array, rows: readonly FrameRow[]) {
            const valueOf = ({ offset, length }: FrameRow) => (length === undefined ? undefined : frame.slice(offset, offset + length));
            const writes = rows.map((row) => ({ key: row.key, value: valueOf(row), fresh: true }));
            const offsets = rows.map(({ offset }) => offset);
            this.add(frame, writes, offsets);
          },
      ),
  }),
  ofLog({
    name: "log-forgotten-before-lowered",
    breaks: "G4: a file of the log is used again though its rows are not below",
    plant: () => replaceMethod(LoggedStore, "lowerRows", () => async () => undefined),
  }),
  ofLog({
    name: "failed-file-goes-on",
    breaks: "G4: a file of the log is written on after a write of it failed",
    plant: () => replaceMethod(EpochLog, "abandon", () => async () => undefined),
  }),
  ofLog({
    name: "scan-sees-later-writes",
    breaks: "reads: a scan or a snapshot shows what came after it began",
    plant: () =>
      replaceMethod(
        OverlayLayer,
        "visible",
        (real) =>
          function later(this: OverlayLayer, key: unknown) {
            return real(this, [key, this.slots]);
          },
      ),
  }),
  ofLog({
    name: "follower-trusts-what-is-below",
    breaks: "reads: another thread shows rows of the store below that belong to a later moment than its layers",
    plant: () => replaceGetter(LogProgress, "mayBeBelow", () => 0),
  }),
  ofLog({
    name: "follower-lets-go-early",
    breaks: "reads: another thread drops a layer whose rows are not below yet",
    plant: () =>
      replaceMethod(
        FollowedLog,
        "letGo",
        () =>
          function early(this: { files: unknown[] }) {
            this.files.splice(0, this.files.length - 1);
          },
      ),
  }),
  ofLog({
    name: "follower-begins-late",
    breaks: "reads: another thread that lost its place goes on behind frames that are not below",
    plant: () => replaceGetter(LogProgress, "below", () => Number.MAX_SAFE_INTEGER),
  }),
];
