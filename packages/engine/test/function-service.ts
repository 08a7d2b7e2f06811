/**
 * FunctionService: functions behind one endpoint, in the virtual time of a CoreHarness. Each call takes some milliseconds. The messages of
 * some entities throw, and those of others kill the process: then all calls in flight end with it, and for a while no process is there.
 */
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { CoreHarness } from "./core-harness.ts";

export type Manner = "good" | "throws" | "kills" | "cut";

export interface ServiceOptions {
  readonly mannerOf: (id: string, inputs: readonly string[], nowMs: number) => Manner;
  readonly restartMs?: number;
  readonly callMs?: number;
}

export class FunctionService {
  readonly servedAtMs = new Map<string, number>();
  deaths = 0;
  calls = 0;
  readonly startMs: number;
  private downUntilMs = 0;
  private readonly core: CoreHarness;
  private readonly options: ServiceOptions;
  private readonly endsMs = new Map<InvocationRequest, number>();

  constructor(core: CoreHarness, options: ServiceOptions) {
    this.core = core;
    this.options = options;
    this.startMs = core.nowMs;
  }

  /** Lets time pass until `reached`. Returns false when that did not happen within this many milliseconds. */
  async until(reached: () => boolean, withinMs: number): Promise<boolean> {
    const { core } = this;
    const limitMs = core.nowMs + withinMs;
    while (!reached()) {
      for (const request of core.inFlight) if (!this.endsMs.has(request)) this.begin(request);
      const [next, endMs] = [...this.endsMs].toSorted((a, b) => a[1] - b[1])[0] ?? [undefined, Number.POSITIVE_INFINITY];
      const dueMs = core.state.alarms.nextDueMs ?? Number.POSITIVE_INFINITY;
      const atMs = Math.min(endMs, dueMs);
      if (atMs > limitMs) {
        core.nowMs = limitMs;
        return reached();
      }
      await core.advance(Math.max(0, atMs - core.nowMs));
      if (next !== undefined && endMs <= atMs) await this.end(next);
    }
    return true;
  }

  private begin(request: InvocationRequest): void {
    this.calls++;
    const callMs = this.isDown ? 1 : (this.options.callMs ?? 2 + (this.calls % 4));
    this.endsMs.set(request, this.core.nowMs + callMs);
  }

  private get isDown(): boolean {
    return this.core.nowMs < this.downUntilMs;
  }

  private async end(request: InvocationRequest): Promise<void> {
    const { core } = this;
    this.endsMs.delete(request);
    if (this.isDown) return core.fail("ENDPOINT_REFUSED", "down", request);
    const texts = request.inputs.map(({ value }) => new TextDecoder().decode(value.bytes));
    switch (this.options.mannerOf(request.target.id, texts, core.nowMs - this.startMs)) {
      case "throws":
        return core.fail("ENDPOINT_ERROR", "suspect", request);
      case "cut":
        return core.fail("ENDPOINT_DISCONNECTED", "suspect", request);
      case "kills":
        return this.die(request);
      case "good":
        this.servedAtMs.set(request.target.id, core.nowMs);
        return core.complete({}, request);
    }
  }

  private async die(killer: InvocationRequest): Promise<void> {
    this.deaths++;
    this.downUntilMs = this.core.nowMs + (this.options.restartMs ?? 1_000);
    const others = [...this.endsMs.keys()];
    this.endsMs.clear();
    // The killer's end is reported somewhere among those of the others.
    const all = others.toSpliced(Math.floor(others.length / 2), 0, killer);
    for (const request of all) await this.core.fail("ENDPOINT_DISCONNECTED", "suspect", request);
  }
}
