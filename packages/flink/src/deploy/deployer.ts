/**
 * Deployer: makes the cluster run what is in force, and nothing else of this gateway. It starts a job, adopts one that runs already,
 * changes it by a savepoint, goes back when a start fails, and continues from the newest checkpoint when a job is lost. It takes one step
 * at a time. Neighbours: rest/ asks Flink, resume-point.ts finds where to go on. Guarantee: no step starts a job from a point that is older
 * than what the gateway took from the job before.
 */
import { randomBytes } from "node:crypto";
import type { Bindings } from "@signalbox/runtime";
import { terminalStates, type JobRow } from "../rest/answers.ts";
import { FlinkProblem } from "../rest/flink-problem.ts";
import type { FlinkRest } from "../rest/flink-rest.ts";
import type { Write } from "../store/commit-queue.ts";
import type { IngressLog } from "../store/ingress-log.ts";
import type { FlinkStore } from "../store/flink-store.ts";
import { versions } from "../versions.ts";
import type { CheckpointMode } from "../flink-options.ts";
import { ClusterRefused } from "./cluster-refused.ts";
import { readDeployment, readTold, type Deployment, type GatewayIdentity } from "./deployment-record.ts";
import { HungCheckpoint } from "./hung-checkpoint.ts";
import { formatJobName, parseJobName, type JobName } from "./job-name.ts";
import { checkCarriers, gatewayEgresses, carriedEgresses, lingeringOf, nothingLingers } from "./lingering.ts";
import type { IsDirect } from "./module-document.ts";
import { untilEnded, untilRunning } from "./job-waits.ts";
import { contentDigest, moduleJar } from "./module-jar.ts";
import { quietMoment } from "./quiet-moment.ts";
import { resumePoint } from "./resume-point.ts";
import { readParallelism, scaleWrite } from "./scale-record.ts";
import { slotsFor, untilSlots } from "./slots.ts";
import { checkStartSavepoint } from "./start-savepoint.ts";

export interface DeployerOptions {
  readonly rest: FlinkRest;
  readonly store: FlinkStore;
  readonly log: Pick<IngressLog, "skipToHere">;
  readonly identity: GatewayIdentity;
  /** The URL by which the cluster reaches the gateway. */
  readonly gatewayUrl: string;
  /** 0 stands for as many slots as are free. What rescale() set counts instead, until this setting changes. */
  readonly parallelism: number;
  readonly poolConnectionsMax: number;
  readonly isDirect: IsDirect;
  /** Requests to functions that one subtask may have in flight. */
  readonly requestsPerTaskMax: number;
  readonly checkpointIntervalMs: number;
  readonly checkpointMode: CheckpointMode;
  /** The folder of savepoints; undefined means the one that the cluster itself uses. */
  readonly savepointFolder: string | undefined;
  /** A savepoint for the first job that this gateway ever starts. */
  readonly startFrom: string | undefined;
  /** Called when the state of this run is kept: what functions answer to it no longer counts. */
  readonly endCalls: (run: string) => void;
  /**
   * Whether a task of this run has called a function. Then it has its state and works, even if Flink still calls it initializing, as it
   * does while the first call hangs.
   */
  readonly hasCalled: (run: string) => boolean;
  readonly warn: (message: string) => void;
  /** The time of a clock that never steps. */
  readonly nowMs: () => number;
}

export interface RestoreStart {
  readonly from: string;
  /** The writes that become true together with it. */
  readonly writes: () => Write[];
}

export type DeployStep = "saving" | "starting";

const savepointMsMax = 120_000;

interface FoundJob {
  readonly row: JobRow;
  readonly name: JobName;
}

export class Deployer {
  readonly #options: DeployerOptions;
  #run: string | undefined;
  #job: string | undefined;
  #step: { readonly step: DeployStep; readonly sinceMs: number } | undefined;
  #lastGood: { readonly digest: string; readonly bindings: Bindings; readonly parallelism: number } | undefined;
  #parallelism: number;
  /** The slots of the job that ran last. */
  #slots = 0;
  readonly #hung = new HungCheckpoint();

  constructor(options: DeployerOptions) {
    this.#options = options;
    this.#parallelism = options.parallelism;
  }

  /** The parallelism of the next start; 0 stands for as many slots as are free. */
  get parallelism(): number {
    return this.#parallelism;
  }

  /** The run that may read the log and bring records; undefined when none may. */
  get run(): string | undefined {
    return this.#run;
  }

  get job(): string | undefined {
    return this.#job;
  }

  /** The step that is under way, and since when. */
  get step(): { readonly step: DeployStep; readonly sinceMs: number } | undefined {
    return this.#step;
  }

  /** The run that was in force before is in force from the first moment on, because its job may be running. */
  async recall(): Promise<void> {
    const known = await readDeployment(this.#options.store);
    this.#run = known?.ended === null ? known.run : undefined;
    this.#job = known?.ended === null ? (known.job ?? undefined) : undefined;
    this.#parallelism = await readParallelism(this.#options.store, this.#options.parallelism);
  }

  /** Rejects with FlinkProblem, or with ClusterRefused once the former state is in force again. */
  async bring(bindings: Bindings): Promise<void> {
    try {
      await this.#bring(bindings);
    } finally {
      this.#step = undefined;
    }
  }

  /** Does the same as bring(), at another parallelism, which is remembered once the job runs at it. */
  async rescale(bindings: Bindings, parallelism: number): Promise<void> {
    const { store, parallelism: setting } = this.#options;
    const before = this.#parallelism;
    const remember = (): Promise<void> => store.commits.write([scaleWrite(store, { parallelism: this.#parallelism, setting })]);
    this.#parallelism = parallelism;
    // This is written first, so that a gateway that dies in between continues at this parallelism instead of going back.
    await remember();
    try {
      await this.bring(bindings);
    } catch (error) {
      this.#parallelism = before;
      await remember();
      throw error;
    }
  }

  /**
   * Ends what runs and starts from another state; messages in the log that were not read stay unread. Rejects once the former job runs
   * again.
   */
  async restore(bindings: Bindings, { from, writes }: RestoreStart): Promise<void> {
    const { log, store } = this.#options;
    try {
      const found = await this.#find();
      if (found !== undefined) {
        await this.#adopt(found);
        await this.#slotsAfter(found, bindings);
      }
      const before = found === undefined ? undefined : await this.#end(found);
      const known = await readDeployment(store);
      const digest = this.#digestOf(bindings);
      const skip = log.skipToHere();
      const wanted: Deployment = {
        run: known?.run ?? "",
        digest,
        job: null,
        from: null,
        ended: from,
        egresses: known?.egresses ?? [],
        carried: known?.carried,
      };
      // A gateway that dies here starts from what was to be restored.
      await store.commits.write([store.documentWrite("deployment", wanted), ...skip.writes, ...writes()]);
      if (bindings.endpoints.length === 0) return;
      try {
        await this.#start(bindings, { digest, from });
      } catch (error) {
        if (!(error instanceof FlinkProblem)) throw error;
        await store.commits.write(skip.takeBack());
        await this.#start(bindings, { digest, from: before });
        throw new ClusterRefused(`Flink did not take the savepoint: ${error.message}`, "The job goes on from where it was.");
      }
    } finally {
      this.#step = undefined;
    }
  }

  /** No job is there or about to come back. */
  async isLost(): Promise<boolean> {
    if (this.#job === undefined) return true;
    const job = await this.#options.rest.job(this.#job);
    return job === undefined || terminalStates.has(job.state);
  }

  /** Ends a job whose tasks hang in a checkpoint that was given up. It is lost then, and continues from its newest complete checkpoint. */
  async endHung(): Promise<void> {
    const [job, run] = [this.#job, this.#run];
    if (job !== undefined && run !== undefined && (await this.#isHung(job))) await this.#breakOff(job, run);
  }

  async #isHung(job: string): Promise<boolean> {
    const known = await this.#options.rest.checkpoints(job);
    return known !== undefined && this.#hung.look(job, known, this.#options.nowMs());
  }

  async #breakOff(job: string, run: string): Promise<void> {
    this.#options.warn(`the tasks of job ${job} on Flink hang in a checkpoint that was given up; it goes on from its newest complete one`);
    this.#options.endCalls(run);
    await this.#options.rest.cancel(job);
    await untilEnded(this.#options.rest, job);
  }

  async #bring(bindings: Bindings): Promise<void> {
    const found = await this.#find();
    const digest = this.#digestOf(bindings);
    const known = await readDeployment(this.#options.store);
    checkCarriers(known, bindings);
    if (found === undefined) {
      if (bindings.endpoints.length === 0) return;
      const { startFrom } = this.#options;
      if (known === undefined && startFrom !== undefined) checkStartSavepoint(startFrom);
      const from = known === undefined ? startFrom : await resumePoint(this.#options.rest, known, await readTold(this.#options.store));
      await this.#start(bindings, { digest, from });
      return;
    }
    await this.#adopt(found);
    if (found.name.digest === digest) {
      this.#lastGood = { digest, bindings, parallelism: this.#parallelism };
      return;
    }
    await this.#slotsAfter(found, bindings);
    const savepoint = await this.#end(found);
    if (bindings.endpoints.length > 0) await this.#startOrGoBack(bindings, { digest, from: savepoint });
  }

  /** The slots that the next job gets once this one has ended. Rejects when there will be too few. */
  async #slotsAfter({ row }: FoundJob, { endpoints }: Bindings): Promise<void> {
    if (endpoints.length > 0) this.#slots = await slotsFor(this.#options.rest, this.#parallelism, row.jid);
  }

  /** The only job of this gateway that has not ended. */
  async #find(): Promise<FoundJob | undefined> {
    const { rest, identity } = this.#options;
    const { "flink-version": version } = await rest.overview();
    const minor = versions.flink.split(".").slice(0, 2).join(".");
    if (!version.startsWith(`${minor}.`))
      throw new ClusterRefused(
        `the cluster is Flink ${version}, and StateFun ${versions.statefun} runs on ${minor} alone`,
        `Start a cluster of Flink ${versions.flink} (npm run flink), or set SIGNALBOX_FLINK_URL to one.`,
      );
    const found: FoundJob[] = [];
    for (const row of await rest.jobs()) {
      const name = parseJobName(row.name);
      if (name === undefined || terminalStates.has(row.state)) continue;
      if (name.gateway !== identity.gateway)
        throw new ClusterRefused(
          `the cluster runs the job of another gateway (${row.jid}, gateway ${name.gateway}, this one is ${identity.gateway})`,
          "Stop the other gateway and cancel its job, or give this one a cluster of its own.",
        );
      if (row.state === "CANCELLING" || row.state === "FAILING") await untilEnded(rest, row.jid);
      else found.push({ row, name });
    }
    const [newest, ...others] = found.toSorted((a, b) => b.row["start-time"] - a.row["start-time"]);
    // A submit whose answer was lost may have left one behind. Its run is not in force, so it moved nothing.
    for (const { row } of others) {
      await rest.cancel(row.jid);
      await untilEnded(rest, row.jid);
    }
    return newest;
  }

  async #adopt({ row, name }: FoundJob): Promise<void> {
    const { store } = this.#options;
    const known = await readDeployment(store);
    if (known?.run !== name.run || known.job !== row.jid) {
      const { egresses = [], carried, from = null } = known ?? {};
      await this.#record({ run: name.run, digest: name.digest, job: row.jid, from, ended: null, egresses, carried });
    }
    this.#run = name.run;
    this.#job = row.jid;
  }

  /** Returns where its state lies then; undefined when it never had any. */
  async #end({ row, name }: FoundJob): Promise<string | undefined> {
    const { rest, store, endCalls } = this.#options;
    this.#step = { step: "saving", sinceMs: Date.now() };
    const savepoint = await this.#lastSavepoint(row.jid).catch((error: unknown) => {
      if (error instanceof FlinkProblem && error.kind === "hung") return undefined;
      throw error;
    });
    if (savepoint === undefined) await this.#breakOff(row.jid, name.run);
    endCalls(name.run);
    await untilEnded(rest, row.jid);
    const known = await readDeployment(store);
    const point = savepoint ?? (known && (await resumePoint(rest, known, await readTold(store))));
    if (known !== undefined) await this.#record({ ...known, ended: point ?? null });
    this.#run = undefined;
    this.#job = undefined;
    return point;
  }

  async #lastSavepoint(job: string): Promise<string> {
    const { rest, savepointFolder: directory, checkpointIntervalMs } = this.#options;
    await quietMoment(rest, job, checkpointIntervalMs);
    return rest.savepoint(job, { cancel: true, directory, msMax: savepointMsMax, isHung: () => this.#isHung(job) });
  }

  async #startOrGoBack(bindings: Bindings, parts: { digest: string; from: string | undefined }): Promise<void> {
    const before = this.#lastGood;
    try {
      await this.#start(bindings, parts);
    } catch (error) {
      if (!(error instanceof FlinkProblem) || before === undefined) throw error;
      this.#options.warn(`Flink did not take what was applied, going back: ${error.message}`);
      // The job may have run for a moment and completed its own checkpoint.
      const reached = (await readDeployment(this.#options.store))?.ended ?? parts.from;
      await this.#start(before.bindings, { ...before, from: reached });
      throw new ClusterRefused(
        `Flink did not take it: ${error.message}`,
        "Correct the module; what was in force before is in force again.",
      );
    }
  }

  async #start(
    bindings: Bindings,
    { digest, from, parallelism: wanted = this.#parallelism }: { digest: string; from: string | undefined; parallelism?: number },
  ): Promise<void> {
    const { rest, store, identity, gatewayUrl, poolConnectionsMax, isDirect } = this.#options;
    this.#step = { step: "starting", sinceMs: Date.now() };
    // The slots of the job before are free a moment after its end, and those of a cluster that was away come back one by one; with fewer
    // slots the job would be smaller without notice.
    await untilSlots(rest, wanted === 0 ? this.#slots : Math.min(wanted, this.#slots));
    const parallelism = await slotsFor(rest, wanted);
    const known = await readDeployment(store);
    const run = randomBytes(8).toString("hex");
    const egresses = gatewayEgresses(bindings);
    const lingering = lingeringOf(bindings, { known, before: this.#lastGood?.bindings });
    const jar = moduleJar({ bindings, lingering, poolConnectionsMax, isDirect }, { gateway: gatewayUrl, run, token: identity.token });
    const record: Deployment = { run, digest, job: null, from: from ?? null, ended: null, egresses, carried: carriedEgresses(bindings) };
    await this.#record(record);
    this.#run = run;
    const uploaded = await rest.upload(`signalbox-${run}.jar`, jar);
    try {
      const name = formatJobName({ gateway: identity.gateway, run, digest });
      const job = await rest.run({
        jar: uploaded,
        parallelism,
        savepoint: from,
        programArguments: this.#argumentsOf(name),
      });
      await this.#record({ ...record, job });
      this.#job = job;
      await untilRunning(this.#options, job, run);
      this.#lastGood = { digest, bindings, parallelism: wanted };
      this.#slots = parallelism;
    } catch (error) {
      await this.#giveUp({ ...record, job: this.#job ?? null }, from);
      throw error;
    } finally {
      await rest.deleteJar(uploaded).catch(() => undefined);
    }
  }

  /** Cleans up after a start that failed: nothing of it is left, and the next one continues from the same point. */
  async #giveUp(record: Deployment, from: string | undefined): Promise<void> {
    const { rest } = this.#options;
    if (record.job !== null) {
      // If it ran for a moment, what it did counts, because it may have been seen outside.
      await rest.cancel(record.job);
      await untilEnded(rest, record.job);
    }
    const reached = await resumePoint(rest, record, await readTold(this.#options.store));
    await this.#record({ ...record, ended: reached ?? from ?? null });
    this.#run = undefined;
    this.#job = undefined;
  }

  #argumentsOf(name: string): string[] {
    const { requestsPerTaskMax, checkpointIntervalMs, checkpointMode } = this.#options;
    return [
      ...["--statefun.flink-job-name", name],
      ...["--statefun.async.max-per-task", String(requestsPerTaskMax)],
      ...["--signalbox.checkpoint-interval-ms", String(checkpointIntervalMs)],
      ...["--signalbox.checkpoint-mode", checkpointMode],
    ];
  }

  #digestOf(bindings: Bindings): string {
    const { gatewayUrl, poolConnectionsMax, requestsPerTaskMax, checkpointIntervalMs, checkpointMode, isDirect } = this.#options;
    const job = { parallelism: this.#parallelism, requestsPerTaskMax, checkpointIntervalMs, checkpointMode };
    return contentDigest({ bindings, lingering: nothingLingers, poolConnectionsMax, isDirect }, { gateway: gatewayUrl, job });
  }

  #record(deployment: Deployment): Promise<void> {
    const { store } = this.#options;
    return store.commits.write([store.documentWrite("deployment", deployment)]);
  }
}
