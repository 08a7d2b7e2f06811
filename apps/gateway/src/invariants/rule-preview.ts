/**
 * rulePreview: what a rule gives now, by one scan that leaves nothing running. Neighbour: invariant-watch.ts runs one at a time.
 */
import type { CompiledRule } from "./compiled-rule.ts";
import { InvariantFold } from "./invariant-fold.ts";
import type { StartScan } from "./start-scan.ts";
import type { StartRow } from "./start-rows.ts";
import { Unknown, type Decode } from "./term-sums.ts";

export type Scan = (rules: readonly CompiledRule[], take: (row: StartRow) => void) => Promise<StartScan>;

export interface RulePreview {
  readonly value: string | null;
  /** Why the value is not known; null when it is. */
  readonly why: string | null;
  readonly entities: number;
  readonly messages: number;
}

interface Parts {
  readonly scan: Scan;
  readonly decode: Decode;
  readonly nowMs: () => number;
}

export async function rulePreview(rule: CompiledRule, { scan, decode, nowMs }: Parts): Promise<RulePreview> {
  const fold = new InvariantFold(rule, { decode });
  let why: string | null = null;
  const attempt = (step: () => void): void => {
    try {
      if (why === null) step();
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      why = error.message;
    }
  };
  const { entities, messages } = await scan([rule], (row) => attempt(() => fold.start(row)));
  attempt(() => fold.started(nowMs()));
  return { value: why === null ? fold.value : null, why, entities, messages };
}
