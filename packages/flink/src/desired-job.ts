/**
 * DesiredJob: keeps the cluster at what is in force. It brings each change there, looks every two seconds whether the job is still there,
 * brings it back when it is not, and says what keeps it from running. A change that the cluster refuses changes nothing; at the start of
 * the gateway it is tried until it succeeds.
 */
import { EngineError, type Bindings, type EndpointSpec } from "@signalbox/runtime";
import { engineErrorOf, problemOf, type ClusterProblem } from "./cluster-problem.ts";
import type { Deployer, RestoreStart } from "./deploy/deployer.ts";

export interface RestorePlan<T> extends RestoreStart {
  readonly done: () => T;
}

export interface DesiredJobOptions {
  readonly deployer: Deployer;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  /** Rejects with an EngineError when what a change would bring is not there. */
  readonly check: (before: Bindings, next: Bindings) => Promise<void>;
  /** What else is asked of a cluster that runs the job, at each look. */
  readonly look: (job: string | undefined) => Promise<void>;
}

const lookEveryMs = 2_000;
const none: Bindings = { endpoints: [], egresses: [] };

export class DesiredJob {
  readonly #options: DesiredJobOptions;
  #bindings: Bindings = none;
  /** The content that is being brought: its functions are called before it is known to run. */
  #coming: Bindings | undefined;
  #isFirst = true;
  #isRestoring = false;
  #problem: ClusterProblem | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DesiredJobOptions) {
    this.#options = options;
  }

  get bindings(): Bindings {
    return this.#bindings;
  }

  endpointOf(id: string): EndpointSpec | undefined {
    const named = (bindings: Bindings | undefined) => bindings?.endpoints.find((endpoint) => endpoint.id === id);
    return named(this.#coming) ?? named(this.#bindings);
  }

  get job(): string | undefined {
    return this.#options.deployer.job;
  }

  get isRestoring(): boolean {
    return this.#isRestoring;
  }

  get problem(): ClusterProblem | undefined {
    return this.#problem;
  }

  /** Rejects with ENDPOINT_DEAD, CLUSTER_UNREACHABLE or CLUSTER_REFUSED, and what was in force stays. The first call never rejects. */
  apply(bindings: Bindings): Promise<void> {
    return this.#inTurn(async () => {
      const isFirst = this.#isFirst;
      this.#isFirst = false;
      if (!isFirst) await this.#options.check(this.#bindings, bindings);
      this.#coming = bindings;
      try {
        await this.#options.deployer.bring(bindings);
        this.#bindings = bindings;
        this.#problem = undefined;
      } catch (error) {
        const problem = problemOf(error, this.#options.nowMs());
        if (problem === undefined) throw error;
        if (!isFirst) throw new EngineError(problem.code, problem.message, problem.cure);
        this.#bindings = bindings;
        this.#tell(problem);
      } finally {
        this.#coming = undefined;
      }
    });
  }

  /** Runs the job at another parallelism, by a savepoint. Rejects as apply() does, and the job then runs as before. */
  rescale(parallelism: number): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#options.deployer.rescale(this.#bindings, parallelism);
        this.#problem = undefined;
      } catch (error) {
        throw engineErrorOf(error, this.#options.nowMs());
      }
    });
  }

  /**
   * Accepts no messages meanwhile and starts the job from what `prepare` names. Rejects when that fails or Flink refuses it; the job then
   * continues from where it was.
   */
  restore<T>(prepare: () => Promise<RestorePlan<T>>): Promise<T> {
    return this.#inTurn(async () => {
      this.#isRestoring = true;
      try {
        const plan = await prepare();
        await this.#options.deployer.restore(this.#bindings, plan);
        return plan.done();
      } catch (error) {
        throw engineErrorOf(error, this.#options.nowMs());
      } finally {
        this.#isRestoring = false;
      }
    });
  }

  /** Runs until the signal and never rejects. `failed` gets unexpected errors. */
  async run(failed: (error: unknown) => void): Promise<void> {
    const { signal, pause } = this.#options;
    while (!signal.aborted) {
      await pause(lookEveryMs).catch(() => undefined);
      if (signal.aborted || this.#isFirst) continue;
      await this.#inTurn(() => this.#look()).catch((error: unknown) => {
        if (!signal.aborted) failed(error);
      });
    }
  }

  /** Resolves when no step is under way. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  async #look(): Promise<void> {
    const { deployer, look, nowMs } = this.#options;
    try {
      const isWanted = this.#bindings.endpoints.length > 0;
      await deployer.endHung();
      // A change that failed halfway may have left no job.
      if (this.#problem !== undefined || (isWanted && (await deployer.isLost()))) await deployer.bring(this.#bindings);
      this.#problem = undefined;
      await look(deployer.job);
    } catch (error) {
      const problem = problemOf(error, nowMs());
      if (problem === undefined) throw error;
      this.#tell(problem);
    }
  }

  #tell(problem: ClusterProblem): void {
    const before = this.#problem;
    const isSame = before?.code === problem.code && before.message === problem.message;
    this.#problem = isSame ? before : { ...problem, sinceMs: before?.sinceMs ?? problem.sinceMs };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
