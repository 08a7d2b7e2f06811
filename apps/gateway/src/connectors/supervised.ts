/**
 * Supervised: one connector over its life: opened, opened again after it broke (with backoff and jitter), closed. An error that it throws
 * becomes its own state only. Neighbours: supervisor.ts has all of them; ingress-feed.ts and egress-delivery.ts do what an open one is
 * there for. Guarantee: at most one life is open at a time, and close() resolves when nothing of it runs any more.
 */
import type { Engine } from "@signalbox/runtime";
import type { Clock, Random } from "@signalbox/runtime";
import { ingressPort } from "../flow/ingress-port.ts";
import { backoffMs } from "./backoff.ts";
import { askInOrder, checkMsMax, noAnswer, type CheckAnswer, type ConnectorCheck } from "./connector-check.ts";
import type {
  ConnectorContext,
  ConnectorHost,
  Connector,
  EgressContext,
  OpenEgress,
  OpenIngress,
  PartProgress,
  ScheduleControl,
  SeekStep,
  SeekTarget,
} from "./connector.ts";
import { ConnectorFailure, problemOfFailure } from "./connector-failure.ts";
import { nextState, type ConnectorEvent, type ConnectorProblem, type ConnectorState } from "./connector-state.ts";
import { deliverRecords } from "./egress-delivery.ts";
import { IngressFeed } from "./ingress-feed.ts";
import type { DeclaredConnector } from "./declared-connector.ts";
import { ConnectorTraffic } from "./connector-traffic.ts";
import { newLife, type Life } from "./life.ts";
import type { NoteKind } from "./note-log.ts";
import { asError } from "./as-error.ts";
import { shownNote, type TimedNote } from "./shown-note.ts";
import { isStopped, movePosition } from "./marks.ts";
import { producerOf } from "./position.ts";
import { waitFor } from "./wait-for.ts";
import { Wake } from "./wake.ts";

export interface SupervisedParts {
  readonly engine: Pick<Engine, "accept" | "acceptBatch" | "producerPosition" | "egressRecords" | "egressAcknowledge">;
  /** The incarnation of the state in force. */
  readonly incarnation: () => Promise<string>;
  readonly clock: Clock;
  readonly random: Random;
  readonly host: ConnectorHost;
  changed(declared: DeclaredConnector, state: ConnectorState): void;
  /** Called when its kind reports what holds it up, or what a person should look at although it works. */
  noted(how: NoteKind, problem: ConnectorProblem): void;
}

/** How long it must work before a failure counts as the first one again. */
const steadyAfterMs = 30_000;
const notActive = { what: "this kind is recognised but not active yet", cure: "Its records wait in the outbox; nothing is read." };
const stoppedByPerson = { what: "somebody stopped it", cure: "Start it; nothing is lost meanwhile." };
const closed = { what: "it is closed", cure: "Apply a module that declares it." };

const nothingToAsk: ConnectorCheck = { questions: [] };
const ignored = (): void => undefined;

export class Supervised {
  readonly declared: DeclaredConnector;
  readonly #connector: Connector;
  readonly #parts: SupervisedParts;
  readonly #wake = new Wake();
  readonly #stop = new AbortController();
  #life: Life | undefined;
  #running: Promise<void> | undefined;
  #schedule: ScheduleControl | undefined;
  /** What the kind noted last in this life. */
  #note: TimedNote | undefined;
  readonly #counts = new Map<string, number>();
  #checking: Promise<readonly CheckAnswer[]> | undefined;
  readonly #seeks: { to: SeekTarget; resolve: (steps: readonly SeekStep[]) => void; reject: (error: unknown) => void }[] = [];
  #openedOnce: ((error: ConnectorFailure | undefined) => void) | undefined;
  #state: ConnectorState;
  /** Why it cannot go on although it is open, by who reports it, in this life. */
  #holds: Readonly<Record<"engine" | "kind", ConnectorProblem | undefined>> = { engine: undefined, kind: undefined };
  readonly #traffic = new ConnectorTraffic();
  #progress: (() => readonly PartProgress[]) | undefined;

  constructor(declared: DeclaredConnector, connector: Connector, parts: SupervisedParts) {
    this.declared = declared;
    this.#connector = connector;
    this.#parts = parts;
    this.#state = { kind: "opening", sinceMs: parts.clock.nowMs() };
  }

  get state(): ConnectorState {
    return this.#state;
  }

  /** Set while it is open and runs by the clock. */
  get schedule(): ScheduleControl | undefined {
    return this.#schedule;
  }

  /** What people should know although it works. */
  get note(): ConnectorProblem | undefined {
    return this.#state.kind === "running" ? shownNote(this.#note, this.#parts.clock.steadyMs()) : undefined;
  }

  /** Counted events over all its lives. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Traffic since the gateway started; it is not stored. */
  get traffic(): ConnectorTraffic {
    return this.#traffic;
  }

  progress(): readonly PartProgress[] {
    return this.#progress?.() ?? [];
  }

  /** Resolves when it is open for the first time, or with the failure; unless it is closed it goes on trying by itself. */
  start(): Promise<ConnectorFailure | undefined> {
    const first = new Promise<ConnectorFailure | undefined>((resolve) => {
      this.#openedOnce = resolve;
    });
    this.#running ??= this.#run();
    return first;
  }

  /** Call it when there may be durable records. */
  wake(): void {
    this.#wake.ring();
  }

  /** Opens it again, because another state of the engine is in force or a person wants it tried now. */
  reopen(): void {
    this.#life?.finish(undefined);
  }

  /** Moves an ingress for a person: it is closed, its positions change, and it opens from there. Resolves once they are durable. */
  seek(to: SeekTarget): Promise<readonly SeekStep[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly SeekStep[]>();
    this.#seeks.push({ to, resolve, reject });
    this.reopen();
    return promise;
  }

  /** What seek() would do. */
  seekPlan(to: SeekTarget): Promise<readonly SeekStep[]> {
    return this.#beside((signal) => this.#stepsTo(to, signal));
  }

  get canSeek(): boolean {
    return this.#connector.direction === "ingress" && this.#connector.seek !== undefined;
  }

  get canCheck(): boolean {
    return this.#connector.check !== undefined;
  }

  /** Asks the other system without touching what is open. Concurrent callers get the same answers. */
  check(): Promise<readonly CheckAnswer[]> {
    this.#checking ??= this.#beside((signal) => this.#check(signal)).finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Work beside what is open: its signal is aborted when it is done, or when this is closed. */
  async #beside<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const done = new AbortController();
    try {
      return await work(AbortSignal.any([done.signal, this.#stop.signal]));
    } finally {
      done.abort();
    }
  }

  async #check(signal: AbortSignal): Promise<readonly CheckAnswer[]> {
    const over = waitFor(this.#parts.clock, checkMsMax, signal).then(() => (this.#stop.signal.aborted ? closed : noAnswer));
    const check = await this.#questions(signal);
    try {
      return await askInOrder(check, over);
    } finally {
      await check.close?.().catch((reason: unknown) => this.#parts.host.logError(reason, `closing the check of ${this.declared.id}`));
    }
  }

  async #questions(signal: AbortSignal): Promise<ConnectorCheck> {
    const { spec, id } = this.declared;
    // Problems of a check are its answers and must not change the state of what is open.
    const context = { ...this.#context(signal), slowed: ignored, note: ignored, count: ignored };
    if (this.#connector.direction === "ingress") return (await this.#connector.check?.(spec, context)) ?? nothingToAsk;
    const records: EgressContext["records"] = (query) => this.#parts.engine.egressRecords({ egress: id, ...query });
    return (await this.#connector.check?.(spec, { ...context, records })) ?? nothingToAsk;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#life?.finish(undefined);
    await this.#running;
    for (const { reject } of this.#seeks.splice(0)) reject(new Error(closed.what));
    this.#event({ kind: "stopped", ...closed });
  }

  #event(event: ConnectorEvent): void {
    const before = this.#state;
    this.#state = nextState(before, event, this.#parts.clock.nowMs());
    if (this.#state !== before) this.#parts.changed(this.declared, this.#state);
  }

  #first(error: ConnectorFailure | undefined): void {
    this.#openedOnce?.(error);
    this.#openedOnce = undefined;
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#parts;
    const { signal } = this.#stop;
    if (this.#connector.open === undefined) {
      this.#event({ kind: "stopped", ...notActive });
      return this.#first(undefined);
    }
    for (let failures = 0; !signal.aborted; ) {
      const startedMs = clock.steadyMs();
      const life = newLife(signal);
      this.#life = life;
      const error = await this.#live(life);
      if (signal.aborted) break;
      if (error === undefined) {
        this.#event({ kind: "retried" });
        continue;
      }
      if (clock.steadyMs() - startedMs >= steadyAfterMs) failures = 0;
      await this.#afterFailure(error, backoffMs(failures, random.draw()));
      failures++;
    }
    this.#first(undefined);
  }

  /** A refused connector stays refused until somebody opens it again. */
  async #afterFailure(error: Error, delayMs: number): Promise<void> {
    const failure = error instanceof ConnectorFailure ? error : undefined;
    const problem = problemOfFailure(error);
    const waitMs = Math.max(delayMs, failure?.afterMs ?? 0);
    if (failure?.kind === "refused") this.#event({ kind: "refused", ...problem });
    else this.#event({ kind: "failed", ...problem, untilMs: this.#parts.clock.nowMs() + waitMs });
    this.#first(failure ?? new ConnectorFailure("wait", problem));
    const pause = newLife(this.#stop.signal);
    this.#life = pause;
    if (failure?.kind === "refused") await pause.over;
    else await waitFor(this.#parts.clock, waitMs, pause.end.signal);
    if (!this.#stop.signal.aborted) this.#event({ kind: "retried" });
  }

  /** Runs one life. Undefined when it was asked to end. */
  async #live(life: Life): Promise<Error | undefined> {
    let open: OpenIngress | OpenEgress | undefined;
    const owned: Promise<unknown>[] = [];
    let error: Error | undefined;
    this.#note = undefined;
    this.#holds = { engine: undefined, kind: undefined };
    this.#progress = undefined;
    try {
      await this.#moved();
      if (await isStopped(this.#parts.engine, this.declared)) {
        this.#event({ kind: "stopped", ...stoppedByPerson });
        this.#first(undefined);
        return await life.over;
      }
      open = this.#connector.direction === "ingress" ? await this.#openIngress(life, owned) : await this.#openEgress(life, owned);
      // `ended` needs a handler even when the life was asked to end while it opened: an unhandled rejection would end the process.
      open.ended?.then(
        () => life.finish(new ConnectorFailure("wait", { what: "it ended by itself", cure: "It is opened again by itself." })),
        (reason: unknown) => life.finish(asError(reason)),
      );
      if (!life.end.signal.aborted) this.#event({ kind: "opened" });
      if (!life.end.signal.aborted) this.#first(undefined);
      error = await life.over;
    } catch (reason) {
      error = life.end.signal.aborted ? undefined : asError(reason);
    }
    life.finish(error);
    this.#schedule = undefined;
    await open?.close().catch((reason: unknown) => this.#parts.host.logError(reason, `closing ${this.declared.id}`));
    await Promise.allSettled(owned);
    return error;
  }

  async #stepsTo(to: SeekTarget, signal: AbortSignal): Promise<readonly SeekStep[]> {
    const connector = this.#connector;
    if (connector.direction !== "ingress" || connector.seek === undefined) throw new Error(`${connector.kind} cannot be moved`);
    const position = async (part = ""): Promise<string | undefined> =>
      (await this.#parts.engine.producerPosition(producerOf(this.declared.id, part)))?.text;
    return connector.seek(this.declared.spec, { ...this.#context(signal), position }, to);
  }

  /** Moves the positions while it is closed. An error is passed to the caller of seek() and changes nothing here. */
  async #moved(): Promise<void> {
    for (const { to, resolve, reject } of this.#seeks.splice(0)) {
      try {
        const steps = await this.#stepsTo(to, this.#stop.signal);
        for (const { part, position } of steps) await movePosition(this.#parts.engine, { id: this.declared.id, part }, position);
        resolve(steps);
      } catch (error) {
        reject(error);
      }
    }
  }

  async #openIngress(life: Life, owned: Promise<unknown>[]): Promise<OpenIngress> {
    const connector = this.#connector;
    if (connector.direction !== "ingress" || connector.open === undefined) throw new Error("no ingress");
    const { engine, host } = this.#parts;
    const context = this.#context(life.end.signal);
    const current: { open?: OpenIngress } = {};
    // Positions that become durable before open() has resolved are reported after it.
    const early: (readonly [position: string, part: string])[] = [];
    const feed = new IngressFeed({
      ...context,
      engine,
      door: this.declared.id,
      messageBytesMax: host.messageBytesMax,
      held: (problem) => this.#heldBy("engine", problem),
      durable: (position, part, records) => {
        this.#traffic.add(records, this.#parts.clock.nowMs());
        if (current.open === undefined) early.push([position, part]);
        else current.open.durable?.(position, part);
      },
      moved: (error) => life.finish(error),
    });
    const opened = await connector.open(this.declared.spec, {
      ...context,
      position: (part) => feed.position(part),
      accept: (records, at) => feed.accept(records, at),
      door: ingressPort(engine, this.declared.id),
      invalid: (sample) => this.#traffic.invalid(sample, this.#parts.clock.nowMs()),
    });
    current.open = opened;
    for (const [position, part] of early.splice(0)) opened.durable?.(position, part);
    this.#progress = opened.progress === undefined ? undefined : () => opened.progress?.() ?? [];
    this.#schedule = opened.schedule;
    owned.push(life.over.then(() => feed.ended()));
    return opened;
  }

  async #openEgress(life: Life, owned: Promise<unknown>[]): Promise<OpenEgress> {
    const connector = this.#connector;
    if (connector.direction !== "egress" || connector.open === undefined) throw new Error("no egress");
    const { engine } = this.#parts;
    const { id } = this.declared;
    const context = this.#context(life.end.signal);
    const opened = await connector.open(this.declared.spec, {
      ...context,
      records: (query) => engine.egressRecords({ egress: id, ...query }),
      acknowledge: (through) => engine.egressAcknowledge(id, through),
      incarnation: () => this.#parts.incarnation(),
    });
    const { deliver } = opened;
    if (deliver === undefined) return opened;
    const delivering = deliverRecords(
      { ...context, engine, wake: this.#wake, held: (problem) => this.#heldBy("kind", problem) },
      { ...opened, deliver: (records, signal) => deliver.call(opened, records, signal) },
    );
    owned.push(
      delivering.then(
        () => life.finish(undefined),
        (error: unknown) => life.finish(asError(error)),
      ),
    );
    return opened;
  }

  #held(problem: ConnectorProblem | undefined): void {
    this.#event(problem === undefined ? { kind: "released" } : { kind: "held", ...problem });
  }

  /** The engine's problem is shown before that of the kind, because it stops everything. */
  #heldBy(of: "engine" | "kind", problem: ConnectorProblem | undefined): void {
    this.#holds = { ...this.#holds, [of]: problem };
    if (of === "kind" && problem !== undefined) this.#parts.noted("is held back", problem);
    this.#held(this.#holds.engine ?? this.#holds.kind);
  }

  #noteNow(problem: ConnectorProblem | undefined): void {
    this.#note = problem === undefined ? undefined : { problem, atMs: this.#parts.clock.steadyMs() };
    if (problem !== undefined && problem.cure !== "") this.#parts.noted("works and needs a look", problem);
  }

  #context(signal: AbortSignal): ConnectorContext {
    const { clock, random, host } = this.#parts;
    return {
      ...host,
      id: this.declared.id,
      signal,
      nowMs: () => clock.nowMs(),
      steadyMs: () => clock.steadyMs(),
      wait: (ms, until) => waitFor(clock, ms, until === undefined ? signal : AbortSignal.any([signal, until])),
      draw: () => random.draw(),
      slowed: (problem) => this.#heldBy("kind", problem),
      note: (problem) => this.#noteNow(problem),
      count: (event) => this.#counts.set(event, (this.#counts.get(event) ?? 0) + 1),
    };
  }
}
