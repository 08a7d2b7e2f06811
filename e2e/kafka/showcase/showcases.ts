/**
 * The four forms in which the playground of Apache StateFun writes a module with Kafka at both ends, and functions for each on the official
 * SDK of its language: legacy and current documents, each delivery, the timeout in words and in milliseconds, with and without a start
 * position.
 * Neighbour: e2e/kafka/showcase.test.ts runs them; only the hosts in the files are other ones here.
 */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../../tools/stale-step.ts";
import { hasGo, hasMaven } from "../../conformance/greeter-examples.ts";
import type { Functions } from "../../stack/functions.ts";
import type { KafkaBroker } from "../../stack/kafka-broker.ts";

const run = promisify(execFile);
const here = "e2e/kafka/showcase";
const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");
const hasPython = existsSync(python) && spawnSync(python, ["-c", "import statefun"]).status === 0;

export interface Showcase {
  readonly language: "Java" | "Go" | "JavaScript" | "Python";
  readonly script: string;
  readonly program: string;
  /** Parameters before the script. */
  readonly args?: readonly string[];
  /** Why it cannot run here. */
  readonly missing: string | undefined;
  readonly build?: () => Promise<unknown>;
  readonly ingress: string;
  readonly topic: string;
  /** The function type whose state `state` counts the records of a key. */
  readonly counter: { readonly type: string; readonly state: string };
  /** Makes a record's value as a producer of that showcase writes it. */
  valueOf(name: string): string;
}

const login = (name: string): string => JSON.stringify({ user_id: name, user_name: name, login_type: "WEB" });
const greet = (name: string): string => JSON.stringify({ name });
const named = { ingress: "showcase/names", topic: "names", counter: { type: "showcase/serving", state: "seen" }, valueOf: greet };

export const showcases: readonly Showcase[] = [
  {
    language: "Java",
    script: `${here}/java/target/showcase.jar`,
    program: "java",
    args: ["-jar"],
    missing: hasMaven ? undefined : "`mvn --version` or a javac of Java 17 does not run",
    build: () => run("mvn", ["--quiet", "--batch-mode", "package"], { cwd: join(repositoryRoot, here, "java") }),
    ingress: "java.showcase.io/user-logins",
    topic: "user-logins",
    counter: { type: "java.showcase.fns/user", state: "seen_count" },
    valueOf: login,
  },
  {
    language: "Go",
    // A compiled program takes no script, and this one ignores its parameters.
    script: "",
    program: join(repositoryRoot, here, "go/target/showcase"),
    missing: hasGo ? undefined : "`go version` does not run",
    build: () => run("go", ["build", "-o", "target/showcase", "."], { cwd: join(repositoryRoot, here, "go") }),
    ingress: "showcase.io/names",
    topic: "logins",
    counter: { type: "showcase.fns/user", state: "seen_count" },
    valueOf: login,
  },
  { language: "JavaScript", script: "e2e/functions/showcase.ts", program: process.execPath, missing: undefined, ...named },
  {
    language: "Python",
    script: "e2e/functions/showcase.py",
    program: python,
    missing: hasPython ? undefined : "the official Python SDK is not installed",
    ...named,
  },
];

/** Returns the module as it is written, with the hosts of this machine. */
export function moduleOf({ language }: Showcase, { broker, functions }: { broker: KafkaBroker; functions: Functions }): string {
  const written = readFileSync(join(repositoryRoot, here, `${language.toLowerCase()}.yaml`), "utf8");
  const hosts = /host\.testcontainers\.internal:1108|host-machine:8000|kafka:9092/g;
  return written.replaceAll(hosts, (host) => (host.startsWith("kafka") ? broker.address : `127.0.0.1:${functions.port}`));
}
