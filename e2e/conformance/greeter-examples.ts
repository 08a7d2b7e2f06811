/** The greeters of examples/: the same two functions on each official SDK, on ours and without one, and whether each can run here. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../tools/stale-step.ts";

const run = promisify(execFile);
const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");

const runs = (program: string, ...version: string[]): boolean => spawnSync(program, version).status === 0;
export const hasCargo = runs("cargo", "--version");
export const hasGo = runs("go", "version");
export const hasMaven = runs("mvn", "--version") && runs("javac", "--release", "17", "--version");
const rust = "examples/greeter-rust";
const go = "examples/greeter-go";
const java = "examples/greeter-java";

export interface GreeterExample {
  readonly on: string;
  readonly folder: string;
  readonly script: string;
  readonly program: string;
  /** Parameters before the script. */
  readonly args?: readonly string[];
  readonly present: boolean;
  readonly build?: () => Promise<unknown>;
}

export const greeterExamples: readonly GreeterExample[] = [
  {
    on: "the official JavaScript SDK",
    folder: "examples/greeter-javascript",
    script: "functions.js",
    program: process.execPath,
    present: true,
  },
  {
    on: "the Signalbox TypeScript SDK",
    folder: "examples/greeter-typescript",
    script: "functions.ts",
    program: process.execPath,
    present: true,
  },
  {
    on: "the official Python SDK",
    folder: "examples/greeter-python",
    script: "functions.py",
    program: python,
    present: existsSync(python),
  },
  {
    on: "the official Go SDK",
    folder: go,
    // A compiled program takes no script, and this one ignores its parameters.
    script: "",
    program: join(repositoryRoot, go, "target/greeter"),
    present: hasGo,
    build: () => run("go", ["build", "-o", "target/greeter", "."], { cwd: join(repositoryRoot, go) }),
  },
  {
    on: "the official Java SDK",
    folder: java,
    script: "target/greeter.jar",
    program: "java",
    args: ["-jar"],
    present: hasMaven,
    build: () => run("mvn", ["--quiet", "--batch-mode", "package"], { cwd: join(repositoryRoot, java) }),
  },
  {
    on: "no SDK, in Rust",
    folder: rust,
    script: "",
    program: join(repositoryRoot, rust, "target/release/greeter"),
    present: hasCargo,
    build: () => run("cargo", ["build", "--release", "--locked"], { cwd: join(repositoryRoot, rust) }),
  },
];
