/**
 * refreshFilesNowAndThen: has modules read their certificates again every refreshEveryMs, so that what replaces them on disk (cert-manager, a
 * person) counts without anybody applying the module again. New connections use what is new; those that are open end their calls.
 * Files are read and not watched: a mount that swaps links, or another machine's disk, tells nobody.
 */
import type { ModulesInForce } from "./modules-in-force.ts";

const refreshEveryMs = 10_000;

export function refreshFilesNowAndThen(
  modules: Pick<ModulesInForce, "refreshFiles">,
  { log, signal, everyMs = refreshEveryMs }: { log: { error(error: unknown, where: string): void }; signal: AbortSignal; everyMs?: number },
): void {
  let underWay = false;
  const timer = setInterval(() => {
    // A disk that does not answer is asked once.
    if (underWay) return;
    underWay = true;
    modules
      .refreshFiles()
      .catch((error: unknown) => log.error(error, "certificates"))
      .finally(() => {
        underWay = false;
      });
  }, everyMs);
  timer.unref();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
