/**
 * BareCluster: Flink with StateFun in one JVM, and jobs in it that no gateway drives: a module with its endpoint, run from a savepoint.
 * Other tests try what a gateway does with a cluster; here Flink itself says what it made of a savepoint.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { javaCommand, javaFlags, jarPaths } from "@signalbox/flink";
import { builtJar } from "../../packages/flink/java/build.ts";
import { filesOfJar, jarOf } from "../../packages/flink/src/deploy/jar.ts";
import { freePorts } from "../stack/child.ts";
import { until } from "../stack/until.ts";

const startMsMax = 120_000;

export class BareCluster implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  static async start(folder: string): Promise<BareCluster> {
    const [port = 0] = await freePorts(1);
    for (const name of ["conf", "upload", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "conf/flink-conf.yaml"), configurationOf(folder, port));
    const parameters = [...javaFlags, "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"];
    const classPath = [builtJar, ...jarPaths(process.env, ["cluster"])].join(":");
    const child = spawn(javaCommand(process.env), [...parameters, classPath, "io.signalbox.flink.OneJvmCluster", join(folder, "conf")], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    const cluster = new BareCluster(child, `http://127.0.0.1:${port}`);
    await until(async () => ((await cluster.rest("GET", "/overview")) as { "slots-total"?: number })["slots-total"] === 1, {
      what: "the cluster's slot",
      timeoutMs: startMsMax,
    });
    return cluster;
  }

  /** Runs a module with one endpoint; its ingress finds no gateway and waits. Returns the job's id. */
  async run(functions: string, endpoint: string, savepoint: string): Promise<string> {
    const nowhere = "http://127.0.0.1:1";
    const yaml = `kind: io.statefun.endpoints.v2/http
spec:
  functions: ${functions}
  urlPathTemplate: ${endpoint}
---
kind: io.signalbox.v1/ingress
spec: { gateway: "${nowhere}", run: "none", token: "none" }
`;
    const form = new FormData();
    const jar = jarOf({ ...filesOfJar(readFileSync(builtJar)), "module.yaml": Buffer.from(yaml) });
    form.append("jarfile", new Blob([Uint8Array.from(jar)]), "module.jar");
    const uploaded = (await (await fetch(`${this.#url}/jars/upload`, { method: "POST", body: form })).json()) as { filename: string };
    const body = {
      entryClass: "org.apache.flink.statefun.flink.core.StatefulFunctionsJob",
      parallelism: 1,
      savepointPath: pathToFileURL(savepoint).href,
    };
    const started = (await this.rest("POST", `/jars/${uploaded.filename.split("/").at(-1)}/run`, body)) as { jobid?: string };
    if (started.jobid === undefined) throw new Error(`Flink refused the job: ${JSON.stringify(started).slice(0, 2_000)}`);
    return started.jobid;
  }

  /** Returns why the job has failed so far; empty when it has not. */
  async failures(job: string): Promise<string> {
    const { "root-exception": root } = (await this.rest("GET", `/jobs/${job}/exceptions`)) as { "root-exception"?: string | null };
    return root ?? "";
  }

  /** Takes a savepoint in the given format, after which the job ends or continues. Returns where it is. */
  async savepoint(
    job: string,
    { folder, format, cancel }: { folder: string; format: "CANONICAL" | "NATIVE"; cancel: boolean },
  ): Promise<string> {
    const body = { "cancel-job": cancel, formatType: format, "target-directory": pathToFileURL(folder).href };
    const { "request-id": request } = (await this.rest("POST", `/jobs/${job}/savepoints`, body)) as { "request-id": string };
    const taken = await until(
      async () => {
        const { status, operation } = (await this.rest("GET", `/jobs/${job}/savepoints/${request}`)) as {
          status: { id: string };
          operation?: { location?: string; "failure-cause"?: unknown };
        };
        return status.id === "COMPLETED" && operation;
      },
      { what: "the savepoint", timeoutMs: startMsMax },
    );
    if (taken.location === undefined) throw new Error(`no savepoint was taken: ${JSON.stringify(taken).slice(0, 2_000)}`);
    return fileURLToPath(taken.location);
  }

  async rest(method: string, path: string, body?: object): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    return (await fetch(this.#url + path, init)).json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }
}

function configurationOf(folder: string, port: number): string {
  const settings = {
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "rest.port": port,
    "jobmanager.rpc.address": "127.0.0.1",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.numberOfTaskSlots": 1,
    "taskmanager.memory.managed.size": "128m",
    "classloader.parent-first-patterns.additional": "org.apache.flink.statefun;org.apache.kafka;com.google.protobuf",
    "state.backend": "rocksdb",
    "state.backend.rocksdb.timer-service.factory": "ROCKSDB",
    "state.checkpoints.dir": pathToFileURL(join(folder, "checkpoints")).href,
    "restart-strategy": "none",
    "web.upload.dir": join(folder, "upload"),
    "io.tmp.dirs": join(folder, "tmp"),
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join("");
}
