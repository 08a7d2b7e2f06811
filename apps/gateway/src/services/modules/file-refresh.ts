/**
 * refreshFilesNowAndThen: makes modules read their certificates again every refreshEveryMs, so that files that are replaced on disk (by
 * cert-manager or a person) take effect without applying the module again. New connections use the new ones; open connections finish their
 * calls. Files are read and not watched, because mounts that swap links and network disks report no change.
 */
import type { ModulesInForce } from "./modules-in-force.ts";

const refreshEveryMs = 10_000;

export function refreshFilesNowAndThen(
  modules: Pick<ModulesInForce, "refreshFiles">,
  { log, signal, everyMs = refreshEveryMs }: { log: { error(error: unknown, where: string): void }; signal: AbortSignal; everyMs?: number },
): void {
  let underWay = false;
  const timer = setInterval(() => {
    // While a disk does not answer, it is not asked again.
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
