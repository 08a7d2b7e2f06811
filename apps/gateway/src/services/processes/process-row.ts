/** processRow: a co-located endpoint as API and console show it. */
import type { ProcessRow } from "../../contract/functions/process.ts";
import type { ProcessEndpointView } from "../../processes/process-supervisor.ts";

export function processRow({ endpoint, module, command, protocol, instances }: ProcessEndpointView): ProcessRow {
  return {
    endpoint,
    module,
    command: [...command],
    transport: protocol,
    instances: instances.map(({ number, generation, serves, state, pid, restarts, sinceMs, nextStartMs, problem, memoryBytes }) => ({
      number,
      generation,
      serves,
      state,
      pid: pid ?? null,
      restarts,
      sinceMs,
      nextStartMs: nextStartMs ?? null,
      memoryBytes: memoryBytes ?? null,
      problem: problem === undefined ? null : { ...problem },
    })),
  };
}
