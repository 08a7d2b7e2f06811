/**
 * ScriptedFlink: the part of Flink's REST API that a deployer asks, with jobs, slots and checkpoints that a test sets; and the smallest
 * module for it.
 */
import { createServer, type Server } from "node:http";
import type { Bindings } from "@signalbox/runtime";

interface ScriptedJob {
  jid: string;
  name: string;
  state: string;
  from: string | undefined;
  parallelism?: number;
}

interface Submitted {
  programArgsList: string[];
  savepointPath?: string;
  parallelism: number;
}

export class ScriptedFlink {
  version = "1.16.2";
  slots = 2;
  /** In this many answers the slots of ended jobs are not free yet. */
  slotsLate = 0;
  readonly jobs: ScriptedJob[] = [];
  /** The next start is refused with this cause. */
  refuses: string | undefined;
  /** The number of starts that are refused. */
  refusesMore = 1;
  /** The status of every vertex. */
  status = "RUNNING";
  hasCalled = false;
  checkpointsFolder = "";
  /** The checkpoints of the running job, the newest first. */
  checkpoints: { id: number; status: string; num_acknowledged_subtasks: number }[] = [];
  /** Called before each answer about them. */
  beforeCheckpoints = (): void => undefined;
  savepointsEnd = true;
  readonly asked: string[] = [];
  server: Server | undefined;
  url = "";

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const route = `${request.method} ${request.url?.split("?")[0]}`;
        this.asked.push(route);
        const [status, body] = this.answer(route, Buffer.concat(chunks).toString("latin1"));
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    this.server = server;
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  get running(): ScriptedJob[] {
    return this.jobs.filter(({ state }) => state === "RUNNING");
  }

  get taken(): number {
    const holding = this.slotsLate > 0 && this.running.length === 0 ? this.jobs.slice(-1) : this.running;
    if (this.running.length === 0) this.slotsLate--;
    return holding.reduce((sum, { parallelism = 1 }) => sum + parallelism, 0);
  }

  answer(route: string, body: string): [number, unknown] {
    const job = this.jobs.find(({ jid }) => route.includes(jid));
    if (route === "GET /overview")
      return [200, { "flink-version": this.version, taskmanagers: 1, "slots-total": 2, "slots-available": this.slots - this.taken }];
    if (route === "GET /jobs/overview") return [200, { jobs: this.jobs.map((row, index) => ({ ...row, "start-time": index })) }];
    if (route === "GET /jobmanager/config") return [200, [{ key: "state.checkpoints.dir", value: this.checkpointsFolder }]];
    if (route === "POST /jars/upload") return [200, { filename: "/tmp/x.jar" }];
    if (route === "DELETE /jars/x.jar") return [200, {}];
    if (route === "POST /jars/x.jar/run") return this.#run(body);
    if (job === undefined) return [404, { errors: ["Job could not be found"] }];
    if (route === `PATCH /jobs/${job.jid}`) {
      job.state = "CANCELED";
      return [202, {}];
    }
    if (route === `POST /jobs/${job.jid}/savepoints`) {
      if (this.savepointsEnd) job.state = "CANCELED";
      return [202, { "request-id": "r" }];
    }
    if (route.endsWith("/savepoints/r") && !this.savepointsEnd) return [200, { status: { id: "IN_PROGRESS" } }];
    if (route.endsWith("/savepoints/r"))
      return [200, { status: { id: "COMPLETED" }, operation: { location: `file:/savepoints/of-${job.jid}` } }];
    if (route.endsWith("/checkpoints")) return [200, this.#checkpoints()];
    if (route.endsWith("/exceptions")) return [200, { exceptionHistory: { entries: [] } }];
    return [200, { ...job, vertices: [{ id: "v", name: "functions", status: this.status, parallelism: job.parallelism ?? 1 }] }];
  }

  #checkpoints(): unknown {
    this.beforeCheckpoints();
    const counted = (status: string): number => this.checkpoints.filter((one) => one.status === status).length;
    const counts = { completed: counted("COMPLETED"), failed: counted("FAILED"), in_progress: counted("IN_PROGRESS"), restored: 0 };
    return { counts, latest: {}, history: this.checkpoints };
  }

  #run(body: string): [number, unknown] {
    const { programArgsList, savepointPath, parallelism } = JSON.parse(body) as Submitted;
    if (this.refuses !== undefined) {
      const errors = ["Internal server error.", `Caused by: java.lang.IllegalStateException: ${this.refuses}`];
      if (--this.refusesMore < 1) this.refuses = undefined;
      return [400, { errors }];
    }
    const jid = `${this.jobs.length + 1}`.repeat(32);
    this.jobs.push({ jid, name: programArgsList[1] ?? "", state: "RUNNING", from: savepointPath, parallelism });
    return [200, { jobid: jid }];
  }
}

const transport = {
  callTimeoutMs: 60_000,
  connectTimeoutMs: 1_000,
  readTimeoutMs: 60_000,
  poolTtlMs: 15_000,
  poolConnectionsMax: 64,
  payloadBytesMax: 1_000_000,
  tls: undefined,
};
export const module = (namespace: string): Bindings => ({
  endpoints: [{ id: `${namespace}/*`, module: "m", namespace, name: "*", urlTemplate: "http://f.test/", batchMessagesMax: 9, transport }],
  egresses: [],
});
