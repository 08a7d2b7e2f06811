/**
 * The classifier of examples/: a model that trained when its process started, asked over HTTP. Its packages go into a folder of their own
 * once, which later runs keep; where they cannot be installed the tests say so and are skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const folder = join(repositoryRoot, "examples/classifier");
const python = join(folder, ".venv/bin/python");
const installTimeoutMs = 600_000;

/** Installs the packages. Returns undefined when they are there, else the reason why not. */
function install(): string | undefined {
  if (has(python)) return undefined;
  // Some Pythons are too new for the C interface of its protobuf; the implementation in plain Python works on all.
  const options = {
    cwd: folder,
    encoding: "utf8",
    timeout: installTimeoutMs / 2,
    env: { ...process.env, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: "python" },
  } as const;
  const made = spawnSync("python3", ["-m", "venv", ".venv"], options);
  if (made.status !== 0) return `python3 -m venv: ${made.error?.message ?? made.stderr}`;
  const installed = spawnSync(".venv/bin/pip", ["install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"], options);
  return installed.status === 0 && has(python) ? undefined : `pip install: ${installed.error?.message ?? installed.stderr}`;
}

function has(program: string): boolean {
  return existsSync(program) && spawnSync(program, ["-c", "import sklearn, statefun"]).status === 0;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(gateway: Gateway, flower: unknown): Promise<Answer> {
  const answer = await fetch(`${gateway.url}/v1/calls/iris/classifier/ada?timeout=30s`, {
    method: "POST",
    headers: { "content-type": "application/vnd.iris/Flower" },
    body: JSON.stringify(flower),
  });
  return { status: answer.status, body: await answer.json() };
}

describe("the classifier", () => {
  let missing: string | undefined = "not tried";
  beforeAll(() => {
    missing = install();
  }, installTimeoutMs);

  test("answers a call with the class, and writes it to its egress", { timeout: 180_000 }, async ({ skip }) => {
    if (missing !== undefined) skip(`the classifier's Python could not be installed: ${missing.slice(0, 300)}`);
    await using functions = await Functions.start("examples/classifier/functions.py", { program: python, startTimeoutMs: 90_000 });
    expect(functions.output).toMatch(/knows 9\d\.\d% of the flowers/);
    await using gateway = await Gateway.start();
    const yaml = readFileSync(join(folder, "module.yaml"), "utf8");
    await gateway.api.applyModule("iris", yaml.replace("http://127.0.0.1:8004/statefun", functions.url));
    // The values are one flower of each kind, from the middle of its cloud.
    const setosa = { sepal_length: 5.0, sepal_width: 3.4, petal_length: 1.5, petal_width: 0.2 };
    const versicolor = { sepal_length: 6.1, sepal_width: 2.8, petal_length: 4.7, petal_width: 1.2 };
    const virginica = { sepal_length: 6.6, sepal_width: 3.0, petal_length: 5.6, petal_width: 2.1 };
    expect(await ask(gateway, setosa)).toMatchObject({ status: 200, body: { class: "setosa" } });
    expect(await ask(gateway, versicolor)).toMatchObject({ status: 200, body: { class: "versicolor" } });
    expect(await ask(gateway, virginica)).toMatchObject({ status: 200, body: { class: "virginica" } });
    expect(await ask(gateway, { ...virginica, petal_width: "wide" })).toEqual({
      status: 200,
      body: { error: "not a length in cm between 0 and 100: petal_width" },
    });
    const records = await until(
      async () => {
        const found = await gateway.api.egressRecords("iris/classes");
        return found.length >= 4 && found;
      },
      { what: "four records" },
    );
    expect(records.map(({ value }) => value)).toMatchObject([
      { whose: "ada", class: "setosa" },
      { whose: "ada", class: "versicolor" },
      { whose: "ada", class: "virginica" },
      { whose: "ada", error: expect.stringContaining("petal_width") as string },
    ]);
    expect(await gateway.api.state({ type: "iris/classifier", id: "ada" }, "seen")).toEqual({ setosa: 1, versicolor: 1, virginica: 1 });
  });
});
