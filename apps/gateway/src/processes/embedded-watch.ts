/**
 * EmbeddedWatch: the threads of embedded functions as the endpoint's page shows them: what each one does, how often it was replaced and
 * why, and the last lines that they printed. Neighbours: open-services.ts gives it the engine's reports; process-supervisor.ts has the same
 * for processes.
 * Guarantee: at most endpointsMax endpoints are remembered, each with bounded output and threadsMax threads.
 */
import type { EmbeddedReport } from "@signalbox/runtime";
import type { OutputLineView } from "../contract/functions/process.ts";
import { ProcessOutput } from "./process-output.ts";
import type { ProcessEndpointView } from "./process-supervisor.ts";

const endpointsMax = 256;
const threadsMax = 64;

type InstanceRow = ProcessEndpointView["instances"][number];

interface Watched {
  readonly module: string;
  readonly output: ProcessOutput;
  readonly threads: Map<string, InstanceRow>;
}

export class EmbeddedWatch {
  readonly #nowMs: () => number;
  readonly #endpoints = new Map<string, Watched>();

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  take({ endpoint, module, place, what }: EmbeddedReport): void {
    // Another report says why the thread ended; that it could not be stopped matters only to the shutdown.
    if (what.kind === "stuck") return;
    const watched = this.#watched(endpoint, module);
    const known = watched.threads.get(place);
    if (known === undefined && watched.threads.size >= threadsMax) return;
    const number = known?.number ?? nextNumber(watched.threads);
    switch (what.kind) {
      case "line":
        watched.output.add({ instance: number, stream: what.stream, text: what.text });
        return;
      case "gone":
        watched.threads.delete(place);
        return;
      case "memory":
        if (known !== undefined) watched.threads.set(place, { ...known, memoryBytes: what.bytes });
        return;
      case "starting":
      case "running":
        watched.threads.set(place, this.#row(number, known, what.kind));
        return;
      case "ended":
      case "refused": {
        const { code, message } = what.problem;
        const problem = {
          code,
          message,
          where: `module ${module}, endpoint ${endpoint}`,
          cure: "Mend the source, or raise its limits, and apply the module.",
        };
        watched.output.add({ instance: number, stream: "gateway", text: `${code}: ${message}` });
        watched.threads.set(place, { ...this.#row(number, known, what.kind === "ended" ? "stopped" : "refused"), problem });
      }
    }
  }

  views(): ProcessEndpointView[] {
    return [...this.#endpoints].flatMap(([endpoint, { module, threads }]) =>
      threads.size === 0 ? [] : [{ endpoint, module, command: [], protocol: "embedded" as const, instances: [...threads.values()] }],
    );
  }

  output(endpoint: string, after: number): readonly OutputLineView[] {
    return this.#endpoints.get(endpoint)?.output.after(after) ?? [];
  }

  #watched(endpoint: string, module: string): Watched {
    const known = this.#endpoints.get(endpoint);
    if (known !== undefined && known.module === module) return known;
    if (this.#endpoints.size >= endpointsMax) {
      const oldest = this.#endpoints.keys().next().value;
      if (oldest !== undefined) this.#endpoints.delete(oldest);
    }
    const watched: Watched = { module, output: new ProcessOutput(this.#nowMs), threads: new Map() };
    this.#endpoints.set(endpoint, watched);
    return watched;
  }

  #row(number: number, known: InstanceRow | undefined, state: InstanceRow["state"]): InstanceRow {
    return {
      number,
      generation: 1,
      serves: true,
      state,
      pid: undefined,
      // A place that had a thread before has another one now, which counts as a restart.
      restarts: (known?.restarts ?? 0) + (state === "starting" && known !== undefined ? 1 : 0),
      sinceMs: this.#nowMs(),
      nextStartMs: undefined,
      problem: state === "running" ? undefined : known?.problem,
      memoryBytes: undefined,
    };
  }
}

function nextNumber(threads: ReadonlyMap<string, InstanceRow>): number {
  return Math.max(0, ...[...threads.values()].map(({ number }) => number)) + 1;
}
