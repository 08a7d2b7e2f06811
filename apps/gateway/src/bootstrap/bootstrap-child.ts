/**
 * The process of one bootstrap: it takes its job from bootstrap-process.ts, reports how far it is, answers once and ends. It gets none of
 * the gateway's environment.
 */
import { problemOf } from "../contract/problem-of.ts";
import type { BootstrapJob, BootstrapSaid } from "./bootstrap-job.ts";
import { runBootstrap } from "./run-bootstrap.ts";

const progressEveryMs = 250;

function say(said: BootstrapSaid, then: () => void = () => undefined): void {
  process.send?.(said, undefined, undefined, then);
}

async function answer(job: BootstrapJob): Promise<void> {
  let toldMs = 0;
  const onProgress = (rows: number): void => {
    if (performance.now() - toldMs < progressEveryMs) return;
    toldMs = performance.now();
    say({ kind: "progress", rows });
  };
  const said = await runBootstrap(job, { onProgress }).then(
    (report): BootstrapSaid => ({ kind: "done", report }),
    (error: unknown): BootstrapSaid => {
      const { code, detail, where, cure } = problemOf(error, "bootstrap");
      // An unexpected error is passed on in its own words: they come from the SQL or a file, and hold no secret of the gateway.
      return { kind: "refused", code, detail: code === "INTERNAL" ? String(error) : detail, where, cure };
    },
  );
  say(said, () => process.exit(0));
}

process.once("message", (job) => void answer(job as BootstrapJob));
process.once("disconnect", () => process.exit(1));
