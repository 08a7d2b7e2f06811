/**
 * FlinkRest: what this package asks of a Flink cluster, by its REST API. Every answer is parsed; a refusal is a FlinkProblem with Flink's
 * cause. It knows nothing of modules or gateways: deploy/ does.
 */
import { basename } from "node:path";
import { z } from "zod";
import * as answers from "./answers.ts";
import { ClusterHttp } from "./cluster-http.ts";
import { Credentials, type CredentialSettings } from "./credentials.ts";
import { causeOf, FlinkProblem } from "./flink-problem.ts";

export interface FlinkRestOptions extends CredentialSettings {
  /** http(s)://host:port, where the JobManager's REST API is. */
  readonly url: string;
  readonly signal: AbortSignal;
}

/** A savepoint is requested, and then its progress is polled. */
const pollMs = 100;

export interface RunRequest {
  readonly jar: string;
  readonly programArguments: readonly string[];
  readonly parallelism: number;
  readonly savepoint: string | undefined;
}

export interface SavepointRequest {
  readonly cancel: boolean;
  /** The folder; undefined means the one that the cluster itself uses. */
  readonly directory: string | undefined;
  readonly msMax: number;
  /** Asked at each poll. */
  readonly isHung?: () => Promise<boolean>;
}

/** Our entry class: StateFun's own, with the checkpoints that its arguments say. */
const entryClass = "io.signalbox.flink.SignalboxJob";

export class FlinkRest {
  readonly #options: FlinkRestOptions;
  readonly #base: string;
  readonly #http: ClusterHttp;

  constructor(options: FlinkRestOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/$/, "");
    this.#http = new ClusterHttp({ base: this.#base, credentials: new Credentials(options), signal: options.signal });
  }

  get url(): string {
    return this.#base;
  }

  overview(): Promise<z.infer<typeof answers.overview>> {
    return this.#get("/overview", answers.overview);
  }

  async jobs(): Promise<answers.JobRow[]> {
    return (await this.#get("/jobs/overview", answers.jobs)).jobs;
  }

  /** Undefined when the cluster does not know the job (any more). */
  async job(id: string): Promise<answers.JobDetail | undefined> {
    return this.#known(this.#get(`/jobs/${id}`, answers.job));
  }

  /** Undefined under the same condition as for job(). */
  async checkpoints(id: string): Promise<answers.Checkpoints | undefined> {
    return this.#known(this.#get(`/jobs/${id}/checkpoints`, answers.checkpoints));
  }

  /** How often the job takes checkpoints, and in which mode; undefined under the same condition as for job(). */
  async checkpointConfig(id: string): Promise<z.infer<typeof answers.checkpointConfig> | undefined> {
    return this.#known(this.#get(`/jobs/${id}/checkpoints/config`, answers.checkpointConfig));
  }

  /** Newest first, each with the task that it happened in and its cause in one line. */
  async exceptions(id: string, countMax: number): Promise<{ atMs: number; task: string | undefined; cause: string }[]> {
    const { exceptionHistory } = await this.#get(`/jobs/${id}/exceptions?maxExceptions=${countMax}`, answers.exceptions);
    return exceptionHistory.entries.map(({ timestamp, taskName, stacktrace }) => ({
      atMs: timestamp,
      task: taskName ?? undefined,
      cause: causeOf(stacktrace),
    }));
  }

  async configuration(): Promise<ReadonlyMap<string, string>> {
    const entries = await this.#get("/jobmanager/config", answers.configuration);
    return new Map(entries.map(({ key, value }) => [key, value]));
  }

  /** Sums over the subtasks of a vertex, by metric; metrics that Flink does not know yet are missing. */
  async metrics(id: string, vertex: string, wanted: (name: string) => boolean): Promise<Map<string, number[]>> {
    const base = `/jobs/${id}/vertices/${vertex}/metrics`;
    const names = (await this.#get(base, answers.metricNames)).map((metric) => metric.id).filter((name) => wanted(name));
    const values = new Map<string, number[]>();
    const namesAtOnce = 50;
    for (let at = 0; at < names.length; at += namesAtOnce) {
      const asked = names
        .slice(at, at + namesAtOnce)
        .map(encodeURIComponent)
        .join(",");
      for (const { id: name, value } of await this.#get(`${base}?get=${asked}`, answers.metricValues)) {
        const withoutSubtask = name.replace(/^\d+\./, "");
        values.set(withoutSubtask, [...(values.get(withoutSubtask) ?? []), Number(value)]);
      }
    }
    return values;
  }

  /** The id by which the jar is run and deleted. */
  async upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const form = new FormData();
    form.append("jarfile", new Blob([bytes], { type: "application/x-java-archive" }), name);
    return basename((await this.#ask("POST", "/jars/upload", { form, answer: answers.uploaded })).filename);
  }

  async deleteJar(jar: string): Promise<void> {
    await this.#known(this.#ask("DELETE", `/jars/${jar}`, { answer: answers.nothing }));
  }

  /** Returns the id of the job. Rejects with "refused" and the cause when StateFun does not accept the module. */
  async run({ jar, programArguments, parallelism, savepoint }: RunRequest): Promise<string> {
    const body = {
      entryClass,
      parallelism,
      programArgsList: programArguments,
      allowNonRestoredState: true,
      ...(savepoint === undefined ? {} : { savepointPath: savepoint }),
    };
    return (await this.#ask("POST", `/jars/${jar}/run`, { body, answer: answers.started })).jobid;
  }

  /**
   * Returns where it lies. With `cancel` the job ends with it, and nothing is processed after it. Rejects with "hung" as soon as isHung
   * says so.
   */
  async savepoint(id: string, { cancel, directory, msMax, isHung }: SavepointRequest): Promise<string> {
    const body = {
      "cancel-job": cancel,
      formatType: "CANONICAL",
      ...(directory === undefined ? {} : { "target-directory": directory }),
    };
    const { "request-id": request } = await this.#ask("POST", `/jobs/${id}/savepoints`, { body, answer: answers.triggered });
    const endsMs = performance.now() + msMax;
    for (;;) {
      const { status, operation } = await this.#get(`/jobs/${id}/savepoints/${request}`, answers.savepointAnswer);
      const failure = operation?.["failure-cause"]?.["stack-trace"];
      if (failure !== undefined) throw new FlinkProblem("refused", `the savepoint failed: ${causeOf(failure)}`);
      if (status.id === "COMPLETED" && operation?.location !== undefined) return operation.location;
      if (performance.now() > endsMs) throw new FlinkProblem("refused", `the savepoint did not end within ${msMax} ms`);
      if ((await isHung?.()) === true) throw new FlinkProblem("hung", "the savepoint does not get on, because tasks hang in a checkpoint");
      await this.pause(pollMs);
    }
  }

  /** Resolves once the cancellation was requested: a job with a request in flight may take minutes to end. */
  async cancel(id: string): Promise<void> {
    await this.#known(this.#ask("PATCH", `/jobs/${id}?mode=cancel`, { answer: answers.nothing }));
  }

  /** Rejects when the client was closed. */
  async pause(ms: number): Promise<void> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const aborted = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", aborted);
        resolve();
      }, ms);
      signal.addEventListener("abort", aborted, { once: true });
    });
  }

  #get<T>(path: string, answer: z.ZodType<T>): Promise<T> {
    return this.#ask("GET", path, { answer });
  }

  /** Returns undefined instead of failing on 404. */
  async #known<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof FlinkProblem && error.status === 404) return undefined;
      throw error;
    }
  }

  async #ask<T>(
    method: string,
    path: string,
    { body, form, answer }: { body?: unknown; form?: FormData; answer: z.ZodType<T> },
  ): Promise<T> {
    const { status, text } = await this.#http.ask(method, path, form ?? body);
    const json = jsonOf(text);
    if (status >= 300) {
      const said = answers.refusal.safeParse(json);
      const cause = said.success ? causeOf(said.data.errors.join("\n")) : text.slice(0, 200);
      throw new FlinkProblem("refused", cause, { status });
    }
    const parsed = answer.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new FlinkProblem("unexpected", `${method} ${this.#base}${path} answered what no Flink does: ${z.prettifyError(parsed.error)}`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
