/** The doors that are fuzzed, by name. */
import { fuzz, type FuzzOptions, type FuzzReport } from "./fuzz-run.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { fromFunction } from "./targets/from-function.ts";
import { http } from "./targets/http.ts";
import { moduleYaml } from "./targets/module-yaml.ts";
import { savepoint } from "./targets/savepoint.ts";
import { trpc } from "./targets/trpc.ts";

export interface NamedTarget {
  readonly name: string;
  run(options: FuzzOptions): Promise<FuzzReport>;
  /** Runs every corpus file of the target and answers with outcome by file. */
}

function named<Case>(target: FuzzTarget<Case>): NamedTarget {
  return { name: target.name, run: (options) => fuzz(target, options) };
}

export const fuzzTargets: readonly NamedTarget[] = [named(fromFunction), named(moduleYaml), named(http), named(trpc), named(savepoint)];
