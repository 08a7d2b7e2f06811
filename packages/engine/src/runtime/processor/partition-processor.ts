/**
 * PartitionProcessor: the shell round one core partition: feeds commands, performs actions, keeps epochs flowing. Single-threaded: a
 * command that an action causes at once (a load) is applied right after the one that caused it, never inside it.
 */
import type { Acknowledgement, Action } from "../../core/action.ts";
import type { Command } from "../../core/command.ts";
import { type OpenEpoch, openEpoch, type SealedEpoch, sealEpoch } from "../../core/commit.ts";
import { coverageMark } from "../../core/coverage-mark.ts";
import { apply } from "../../core/partition.ts";
import type { PartitionState } from "../../core/partition-state.ts";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import { EngineError, isDiskError } from "@signalbox/runtime/model/engine-error";
import { assertNever } from "../../model/invariant.ts";
import type { HeldMemory, InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { EngineHealth } from "@signalbox/runtime/model/views";
import type { Clock } from "../../ports/clock.ts";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import type { Store } from "../../ports/store.ts";
import { AlarmClock } from "./alarm-clock.ts";
import { ClockSteps } from "./clock-steps.ts";
import { Committer } from "./committer.ts";
import { readCold } from "./cold-reads.ts";
import { loadMailbox, loadOutbox, loadTimers, type RowReads } from "./row-reads.ts";
import type { ProcessorPorts } from "./processor-ports.ts";
import { PendingRequests } from "./pending-requests.ts";
import { heldBy, HeavyReplies } from "./heavy-replies.ts";
import { HeldReplies } from "./held-replies.ts";
import { refusalOf, stoppedBy, storeFailed, unconfirmed, unconfirmedMsMax } from "./store-health.ts";
import { type Load, StoreView } from "./store-view.ts";

const readRetryMs = 100;
const forwardRetryMs = 20;

export class PartitionProcessor {
  readonly state: PartitionState;
  readonly view: StoreView;
  readonly store: Store;
  health: EngineHealth = { kind: "running" };
  lastDurableMs: number;
  private readonly ports: ProcessorPorts;
  private readonly reads: RowReads;
  readonly committer: Committer;
  private readonly aborter = new AbortController();
  private readonly requests = new PendingRequests();
  private readonly clockSteps: ClockSteps;
  private readonly alarmClock: AlarmClock;
  private readonly heldReplies = new HeldReplies();
  private readonly heavyReplies: HeavyReplies;
  private readonly queue: Command[] = [];
  /** Loads that the commands of this turn asked for; they are read together at its end. */
  private loads: Load[] = [];
  private readonly settledWaiters: (() => void)[] = [];
  private writeError: Error | undefined = undefined;
  private readError: Error | undefined = undefined;
  observerErrors = 0;
  /** Egresses that were changed by the epoch that is being synced, of which there is one at a time. */
  private sealedEgresses: readonly string[] = [];
  private applying = false;
  private halted = false;
  private readsUnderWay = 0;
  private failedSinceSteadyMs = 0;

  constructor(state: PartitionState, ports: ProcessorPorts) {
    this.state = state;
    this.ports = ports;
    this.store = ports.store;
    this.clockSteps = new ClockSteps(ports.clock);
    this.heavyReplies = new HeavyReplies(ports.clock);
    this.alarmClock = new AlarmClock({
      clock: ports.clock,
      steps: this.clockSteps,
      nextDueMs: () => state.alarms.nextDueMs,
      ring: (nowMs) => this.submit({ kind: "tick", nowMs, draw: ports.random.draw() }),
    });
    this.view = new StoreView(state, ports.store);
    this.reads = { store: ports.store, clock: ports.clock, bytesMax: state.limits.batchBytesMax };
    this.lastDurableMs = ports.clock.nowMs();
    this.committer = new Committer({
      store: ports.store,
      clock: ports.clock,
      open: () => this.openEpoch(),
      seal: () => this.seal(),
      durable: (epoch, syncMs, writes) => this.epochDurable(epoch, syncMs, writes),
      failing: (error) => this.storeWrites(error),
      crashed: (error) => this.crash(error),
    });
  }

  /** `actions` are those that recovery left to do. */
  start(actions: readonly Action[]): void {
    for (const action of actions) this.perform(action);
    this.submit({ kind: "tick", nowMs: this.ports.clock.nowMs(), draw: this.ports.random.draw() });
  }

  get clock(): Clock {
    return this.ports.clock;
  }

  submit(command: Command): void {
    if (this.halted) return;
    const byMs = this.clockSteps.take();
    if (byMs !== 0) this.queue.push({ kind: "clock-stepped", nowMs: command.nowMs, byMs });
    this.queue.push(command);
    if (this.applying) return;
    this.drainQueue();
  }

  /** Submits a command that carries a request id and resolves with its acknowledgement, once durable. */
  request(make: (request: number, nowMs: number) => Command): Promise<Acknowledgement> {
    const refusal = refusalOf(this.health);
    return refusal === undefined ? this.requestAnyway(make) : Promise.reject(refusal);
  }

  /** The same as `request`, but works while the partition is unwell too, for what must not differ between partitions. */
  requestAnyway(make: (request: number, nowMs: number) => Command): Promise<Acknowledgement> {
    const refusal = this.halted ? refusalOf(this.health) : undefined;
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.requests.add((request) => this.submit(make(request, this.ports.clock.nowMs())));
  }

  /** Makes a request that another request's command carries; call `forget` if that command is refused. */
  standBy(): { readonly request: number; readonly told: Promise<Acknowledgement>; forget(): void } {
    return this.requests.standBy();
  }

  /** Resolves when nothing waits that could run now and everything is durable. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.settledWaiters.push(resolve);
      this.committer.kick();
      this.checkSettled();
    });
  }

  /** Starts no new invocations; resolves when none is in flight and all is durable, or after the timeout. */
  async drain(timeoutMs: number): Promise<void> {
    this.health = { kind: "draining" };
    this.submit({ kind: "drain", nowMs: this.ports.clock.nowMs() });
    if (this.state.invocations.inFlight.size > 0) coverageMark("drain-with-invocations-in-flight");
    let cancel: (() => void) | undefined;
    const timeout = new Promise<void>((resolve) => {
      cancel = this.ports.clock.schedule(timeoutMs, () => {
        coverageMark("drain-timed-out");
        resolve();
      });
    });
    await Promise.race([this.settled(), timeout]);
    cancel?.();
  }

  /** Nothing changes any more: late replies are ignored, requests that wait are refused. */
  async halt(reason: EngineError): Promise<void> {
    this.halted = true;
    this.aborter.abort();
    this.alarmClock.stop();
    await this.committer.stop();
    this.refuseAll(reason);
  }

  private drainQueue(): void {
    this.applying = true;
    try {
      while (this.queue.length > 0) {
        for (let index = 0; index < this.queue.length; index++) {
          const command = this.queue[index];
          for (const action of command === undefined ? [] : apply(this.state, command)) this.perform(action);
        }
        this.queue.length = 0;
        if (this.loads.length > 0) this.readStates();
      }
    } catch (error) {
      this.crash(error);
    } finally {
      this.applying = false;
    }
    if (this.halted) return;
    this.committer.kick();
    this.alarmClock.set();
    if (this.settledWaiters.length > 0) this.checkSettled();
  }

  private endWaits(waiters: (() => void)[]): void {
    for (const resolve of waiters.splice(0)) resolve();
  }

  private perform(action: Action): void {
    switch (action.kind) {
      case "invoke":
        return this.invoke(action.request);
      case "load":
        this.loads.push(action);
        return;
      case "load-mailbox":
        return this.read(() => loadMailbox(this.reads, action));
      case "read-cold":
        return this.read(() => readCold(this.reads, action));
      case "load-timers":
        return this.read(() => loadTimers(this.reads, action));
      case "forward":
        return this.forward(action);
      case "load-outbox":
        return this.read(() => loadOutbox(this.reads, action));
      case "acknowledge":
        return this.requests.acknowledge(action.request, action.acknowledgement);
      case "refuse":
        return this.requests.refuse(action.request, action.refusal);
      case "observe":
        return this.observe(action.event);
      default:
        return assertNever(action);
    }
  }

  /** Reads a few states in this turn; more are read beside this thread, which must not wait for them. */
  private readStates(): void {
    const loads = this.loads;
    this.loads = [];
    const nowMs = (): number => this.ports.clock.nowMs();
    if (loads.length <= this.state.limits.stateReadsOnThreadMax) this.readNow(() => this.submit(this.view.statesOf(loads, nowMs)));
    else this.read(() => this.view.statesBeside(loads, nowMs));
  }

  /** An observer must not stop what it observes (G7), so its errors are only counted. */
  private observe(event: EngineEvent): void {
    try {
      this.ports.observer.on(event);
    } catch {
      this.observerErrors++;
    }
  }

  isFraming(endpoint: EndpointSpec): boolean {
    return this.ports.transport.isFraming?.(endpoint) === true;
  }

  private invoke(request: InvocationRequest): void {
    this.ports.transport
      .invoke(request, this.aborter.signal)
      .then((outcome) => this.heavyReplies.take(outcome, () => this.end(request, outcome)))
      // The transport never rejects.
      .catch((error: unknown) => this.crash(error));
  }

  private end(request: InvocationRequest, outcome: InvocationOutcome): void {
    const held = heldBy(outcome);
    this.readNow(
      () => this.ended(request, outcome, held),
      () => held?.release(),
    );
  }

  private ended(request: InvocationRequest, outcome: InvocationOutcome, held: HeldMemory | undefined): void {
    this.submit({
      kind: "reply",
      nowMs: this.ports.clock.nowMs(),
      invocation: request.invocation,
      attempt: request.attempt,
      outcome,
      draw: this.ports.random.draw(),
      tokens: this.view.tokensOf(request, outcome),
    });
    if (held !== undefined) this.heldReplies.keep(held, openEpoch(this.state) === "empty" ? undefined : this.state.epochs.open);
  }

  /** Reads and submits in one turn, so that what was read still holds. A read that fails is tried again (G7). */
  private readNow(readAndSubmit: () => void, halted = (): void => undefined): void {
    if (this.halted) return halted();
    try {
      readAndSubmit();
    } catch (error) {
      return this.readAgain(error, () => this.readNow(readAndSubmit, halted));
    }
    this.storeReads(undefined);
  }

  /** A scan that ends in a command; it belongs to this processor and is counted until it ends. */
  private read(scan: () => Promise<Command>): void {
    if (this.halted) return;
    this.readsUnderWay++;
    scan().then(
      (command) => {
        this.readsUnderWay--;
        this.storeReads(undefined);
        this.submit(command);
      },
      (error: unknown) => {
        this.readsUnderWay--;
        this.readAgain(error, () => this.read(scan));
      },
    );
  }

  private readAgain(error: unknown, again: () => void): void {
    if (!isDiskError(error)) {
      this.crash(error);
      return;
    }
    coverageMark("store-read-failed");
    this.storeReads(error);
    this.readsUnderWay++;
    this.ports.clock.schedule(readRetryMs, () => {
      this.readsUnderWay--;
      again();
    });
  }

  /** Delivers to another partition. A delivery that is refused, or whose end nobody knows, is sent again after a pause. */
  private forward({ delivery, round }: Extract<Action, { kind: "forward" }>): void {
    const { to } = delivery;
    this.ports.forward(delivery).then(
      (through) => this.submit({ kind: "outbox-acknowledged", nowMs: this.ports.clock.nowMs(), to, through }),
      () => {
        if (this.halted) return;
        this.ports.clock.schedule(forwardRetryMs, () =>
          this.submit({ kind: "outbox-undelivered", nowMs: this.ports.clock.nowMs(), to, round }),
        );
      },
    );
  }

  private refuseAll(reason: EngineError): void {
    this.heldReplies.releaseAll();
    this.requests.refuseAll(reason);
    this.endWaits(this.settledWaiters);
  }

  private openEpoch(): OpenEpoch {
    const open = openEpoch(this.state);
    return open === "unawaited" && this.settledWaiters.length > 0 ? "awaited" : open;
  }

  private seal(): SealedEpoch | undefined {
    if (this.halted) return undefined;
    this.sealedEgresses = [...this.state.egress.dirty];
    return sealEpoch(this.state);
  }

  private epochDurable(epoch: number, syncMs: number, writes: number): void {
    this.lastDurableMs = this.ports.clock.nowMs();
    this.heldReplies.durable(epoch);
    this.submit({ kind: "epoch-durable", nowMs: this.lastDurableMs, epoch });
    for (const egress of this.sealedEgresses) this.ports.egressDurable(egress);
    this.observe({ kind: "epoch-durable", epoch, atMs: this.lastDurableMs, syncMs, writes });
  }

  private storeWrites(error: Error | undefined): void {
    this.writeError = error;
    this.judgeStore();
  }

  private storeReads(error: Error | undefined): void {
    if (this.readError === error) return;
    this.readError = error;
    this.judgeStore();
  }

  private judgeStore(): void {
    if (this.health.kind === "stopped" || this.health.kind === "draining") return;
    const error = this.writeError ?? this.readError;
    if (error === undefined) {
      coverageMark("store-worked-again");
      this.health = { kind: "running" };
      return;
    }
    const steadyMs = this.ports.clock.steadyMs();
    if (this.health.kind !== "store-failed") this.failedSinceSteadyMs = steadyMs;
    const sinceMs = this.health.kind === "store-failed" ? this.health.sinceMs : this.ports.clock.nowMs();
    this.health = storeFailed(error, sinceMs);
    if (steadyMs - this.failedSinceSteadyMs >= unconfirmedMsMax) this.requests.refuseAll(unconfirmed(this.health));
  }

  private checkSettled(): void {
    const { state } = this;
    const runnable = (state.ready.dispatchable.size > 0 || state.links.depth > 0) && !state.draining;
    const open = state.epochs.writes.size > 0 || state.epochs.acknowledgements.length > 0 || state.epochs.sealed.length > 0;
    if (runnable || open || state.invocations.inFlight.size > 0 || this.readsUnderWay > 0 || this.queue.length > 0) return;
    this.endWaits(this.settledWaiters);
  }

  /** A broken invariant: this partition stops, loudly; nothing of the open epoch is written. */
  private crash(error: unknown): void {
    if (!this.halted) this.fail(error);
  }

  /** Stops the processor for good, also one that was halted on purpose and cannot be replaced. */
  fail(error: unknown): void {
    const atMs = this.ports.clock.nowMs();
    const health = stoppedBy(error, atMs);
    this.halted = true;
    this.health = health;
    this.aborter.abort();
    this.alarmClock.stop();
    this.observe({ kind: "stopped", reason: error instanceof Error ? (error.stack ?? error.message) : String(error), atMs });
    this.refuseAll(new EngineError(health.code, `the engine has stopped: ${health.message}`, health.cure));
  }
}
