/**
 * localFunctions: one interface over the processes and threads that the gateway runs for functions, for services, surfaces and the
 * shutdown.
 */
import type { EmbeddedReport } from "@signalbox/runtime";
import { EmbeddedWatch } from "./embedded-watch.ts";
import type { ProcessSupervisor } from "./process-supervisor.ts";

export type LocalFunctions = Pick<ProcessSupervisor, "views" | "output" | "counts" | "close">;

/** `watch` gives reports of threads until the function that it returns is called. */
export function localFunctions(
  processes: ProcessSupervisor,
  watch: (hear: (report: EmbeddedReport) => void) => () => void,
): LocalFunctions {
  const threads = new EmbeddedWatch();
  const unwatch = watch((report) => threads.take(report));
  return {
    views: () => [...processes.views(), ...threads.views()],
    output: (endpoint, after) => [...processes.output(endpoint, after), ...threads.output(endpoint, after)],
    counts: () => processes.counts(),
    close: () => {
      unwatch();
      return processes.close();
    },
  };
}
