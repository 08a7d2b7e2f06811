/**
 * localFunctions: one interface over the processes and threads that the gateway runs for functions, for services, surfaces and the
 * shutdown.
 */
import type { EmbeddedReport } from "@signalbox/runtime";
import { EmbeddedWatch } from "./embedded-watch.ts";
import type { ProcessSupervisor } from "./process-supervisor.ts";

export type LocalFunctions = Pick<ProcessSupervisor, "views" | "output" | "counts" | "close">;

/** `watch`: reports of threads, and instances that let a call run out of its time, until the functions that they return are called. */
export function localFunctions(
  processes: ProcessSupervisor,
  watch: {
    readonly threads: (hear: (report: EmbeddedReport) => void) => () => void;
    readonly silences: (hear: (urlTemplate: string) => void) => () => void;
  },
): LocalFunctions {
  const threads = new EmbeddedWatch();
  const unwatch = watch.threads((report) => threads.take(report));
  const unwatchSilences = watch.silences((urlTemplate) => processes.suspect(urlTemplate));
  return {
    views: () => [...processes.views(), ...threads.views()],
    output: (endpoint, after) => [...processes.output(endpoint, after), ...threads.output(endpoint, after)],
    counts: () => processes.counts(),
    close: () => {
      unwatch();
      unwatchSilences();
      return processes.close();
    },
  };
}
