/**
 * The fuzz targets, by name.
 */
import { readCorpus } from "./corpus.ts";
import { fuzz, runOne, type FuzzOptions, type FuzzReport } from "./fuzz-run.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { commandLine } from "./targets/command-line.ts";
import { descriptors } from "./targets/descriptors.ts";
import { filter } from "./targets/filter.ts";
import { fromFunction } from "./targets/from-function.ts";
import { grpc } from "./targets/grpc.ts";
import { http } from "./targets/http.ts";
import { kafkaFetch } from "./targets/kafka-fetch.ts";
import { mcp } from "./targets/mcp.ts";
import { moduleFields } from "./targets/module-fields.ts";
import { moduleYaml } from "./targets/module-yaml.ts";
import { patterns } from "./targets/patterns.ts";
import { raw } from "./targets/raw.ts";
import { replyBytes } from "./targets/reply-bytes.ts";
import { replyFrames } from "./targets/reply-frames.ts";
import { savepoint } from "./targets/savepoint.ts";
import { schedules } from "./targets/schedules.ts";
import { trpc } from "./targets/trpc.ts";
import { webhook } from "./targets/webhook.ts";

export interface NamedTarget {
  readonly name: string;
  run(options: FuzzOptions): Promise<FuzzReport>;
  /** Runs every kept case; throws the finding of the first that fails again, with its file and reason. */
  runCorpus(): Promise<{ readonly file: string; readonly outcome: string }[]>;
}

function named<Case>(target: FuzzTarget<Case>): NamedTarget {
  return { name: target.name, run: (options) => fuzz(target, options), runCorpus: () => runKept(target) };
}

async function runKept<Case>(target: FuzzTarget<Case>): Promise<{ file: string; outcome: string }[]> {
  await using session = await target.open();
  const outcomes: { file: string; outcome: string }[] = [];
  for (const { file, reason, case: kept } of readCorpus<Case>(target.name)) {
    try {
      outcomes.push({ file, outcome: await runOne(session, kept, { target }) });
    } catch (error) {
      throw new Error(`${file} (${reason}): ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  await session.finish?.();
  return outcomes;
}

export const fuzzTargets: readonly NamedTarget[] = [
  named(fromFunction),
  named(replyBytes),
  named(replyFrames),
  named(moduleYaml),
  named(moduleFields),
  named(http),
  named(trpc),
  named(savepoint),
  named(grpc),
  named(raw),
  named(descriptors),
  named(filter),
  named(patterns),
  named(kafkaFetch),
  named(schedules),
  named(commandLine),
  named(mcp),
  named(webhook),
];
