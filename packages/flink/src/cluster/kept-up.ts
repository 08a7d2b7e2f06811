/**
 * keepUp: starts a cluster of this machine again whenever it ends by itself, as a supervisor would; the gateway then starts the job from its
 * newest checkpoint. Neighbour: one-jvm-cluster.ts starts one. Guarantee: one that cannot be started is tried again ever more slowly, and
 * after the end was asked for nothing is started any more.
 */
import type { OneJvmCluster } from "./one-jvm-cluster.ts";

export interface KeptUp {
  readonly start: () => Promise<OneJvmCluster>;
  readonly say: (text: string) => void;
  readonly wait: (waitMs: number) => Promise<unknown>;
  /** Aborted when the gateway is to end; the cluster then ends with it. */
  readonly signal: AbortSignal;
}

const waitMsMin = 1_000;
const waitMsMax = 60_000;
/** One that ended sooner than this after its start counts as a failed start. */
const steadyMs = 60_000;

/** Resolves after the signal, once the cluster has ended; it never rejects. */
export async function keepUp(first: OneJvmCluster, { start, say, wait, signal }: KeptUp): Promise<void> {
  let cluster: OneJvmCluster | undefined = first;
  let waitMs = waitMsMin;
  let startedMs = performance.now();
  for (;;) {
    await cluster?.ended;
    if (signal.aborted) return;
    if (cluster !== undefined) {
      if (performance.now() - startedMs > steadyMs) waitMs = waitMsMin;
      say(`The cluster has ended; ${cluster.logPath} says why. It is started again, and the job goes on from its newest checkpoint.`);
    }
    await wait(waitMs);
    waitMs = Math.min(waitMs * 2, waitMsMax);
    if (signal.aborted) return;
    startedMs = performance.now();
    cluster = await start().catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      return undefined;
    });
    if (cluster !== undefined) say(`The cluster is up again (pid ${cluster.pid}).`);
  }
}
