/**
 * OnceMutants: the planted bugs that make something count twice or not at all: fences, keys, positions, tokens, rows that are not removed.
 * Neighbour: mutants.ts.
 */
import { EpochTable } from "../../core/tables/epoch-table.ts";
import { WriteSet } from "../../core/tables/write-set.ts";
import { StoreView } from "../../runtime/processor/store-view.ts";
import type { Mutant } from "./mutant.ts";
import { overtakenRead, unfenced } from "./mutant-ports.ts";
import { replaceMethod, withoutRemovals, withoutTable } from "./planting.ts";

export const onceMutants: readonly Mutant[] = [
  {
    name: "no-fence",
    breaks: "G2: the late reply of an attempt that was given up counts for the next one",
    seedsMax: 5,
    finding: /twice|again|expected number|counted|sent before|never processed|was sent at|was not sent at|delivered record|headers: /,
    ports: { wrapTransport: unfenced },
  },
  {
    name: "no-dedup-by-key",
    breaks: "G2: idempotency keys are not stored",
    seedsMax: 5,
    finding: /not durable|repeat|again|counted afresh/,
    ports: { wrapStore: withoutTable("i") },
  },
  {
    name: "key-without-target",
    breaks: "G2: an idempotency key is looked up without its target: what goes to a second target is answered as a repeat and lost",
    seedsMax: 20,
    finding:
      /was answered as a repeat, and nothing was sent there|was refused for a value that was never sent there|repeated within its age and counted afresh/,
    plant: () => {
      const firstTargets = new Map<unknown, unknown>();
      return replaceMethod(
        StoreView,
        "keyRow",
        (real) =>
          function byKeyAlone(this: StoreView, key: unknown, target: unknown) {
            if (!firstTargets.has(key)) firstTargets.set(key, target);
            return real(this, [key, firstTargets.get(key)]);
          },
      );
    },
  },
  {
    name: "key-without-value",
    breaks: "G2: what an idempotency key stands for is not compared: another message under it is answered as a repeat and lost",
    seedsMax: 40,
    finding: /with another value was taken for a repeat/,
    plant: () =>
      replaceMethod(
        StoreView,
        "keyRow",
        (real) =>
          function withoutDigest(this: StoreView, ...given: unknown[]) {
            const row = real(this, given);
            return typeof row === "object" && row !== null ? { ...row, digest: undefined } : undefined;
          },
      ),
  },
  {
    name: "no-dedup-by-producer",
    breaks: "G2: the positions of producers are not stored",
    seedsMax: 5,
    finding: /durable|again/,
    ports: { wrapStore: withoutTable("p") },
  },
  {
    name: "reads-miss-open-epochs",
    breaks: "G2: keys, positions, tokens and values are read from disk only, past what is on its way there",
    seedsMax: 30,
    finding: /./,
    plant: () => replaceMethod(EpochTable, "pending", () => () => undefined),
  },
  {
    name: "state-read-overtaken",
    breaks: "G2: what becomes durable while states are read beside the thread is neither in what was read nor on its way any more",
    seedsMax: 60,
    finding: /never processed|counted|expected|lives until|sent before|flag|in memory only/,
    plant: () => replaceMethod(StoreView, "statesBeside", overtakenRead),
  },
  {
    name: "tokens-forgotten",
    breaks: "cancellation tokens are not stored",
    seedsMax: 10,
    finding: /token|cancelled|rest/,
    ports: { wrapStore: withoutTable("k") },
  },
  {
    name: "token-reused",
    breaks: "a token that is in use counts as free, and what it stood for can no longer be cancelled",
    seedsMax: 20,
    finding: /token|cancelled|rest/,
    plant: () => replaceMethod(StoreView, "token", () => () => undefined),
  },
  {
    name: "consumed-messages-stay",
    breaks: "G2: what was consumed stays on disk",
    seedsMax: 5,
    finding: /mailbox|again|waiting|recovered/,
    ports: { wrapStore: withoutRemovals("m") },
  },
  {
    name: "directories-stay-behind",
    breaks: "a block of the journal is trimmed and its directory stays",
    seedsMax: 20,
    finding: /has lost its block/,
    ports: { wrapStore: withoutRemovals("d") },
  },
  {
    name: "born-and-gone-is-written",
    breaks: "G2: a message consumed in the epoch of its birth reaches the disk all the same",
    seedsMax: 10,
    finding: /mailbox|again|delayed|records|recovered/,
    plant: () => replaceMethod(WriteSet, "forget", () => () => undefined),
  },
  {
    name: "timer-fired-twice",
    breaks: "G2: the row of a delayed message stays after it fired",
    seedsMax: 5,
    finding: /delayed|again|token/,
    ports: { wrapStore: withoutRemovals("t") },
  },
];
