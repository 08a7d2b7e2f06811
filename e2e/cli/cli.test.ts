/** The command line against a real gateway with a real function: from a module to a trace, the past, a savepoint out and in again, and back. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli, type Ran } from "../../apps/cli/test/run-cli.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

let gateway: Gateway;
let functions: Functions;
let folder: string;

beforeAll(async () => {
  functions = await Functions.start("examples/greeter-javascript/functions.js");
  gateway = await Gateway.start();
  folder = await mkdtemp(join(tmpdir(), "signalbox-cli-"));
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await functions[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function signalbox(...words: string[]): Promise<Ran> {
  return runCli([...words, "--url", gateway.url]);
}

async function answer(...words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await signalbox(...words);
  expect({ words, code, err }).toEqual({ words, code: 0, err: "" });
  return JSON.parse(out) as Record<string, unknown>;
}

test("a module is applied, a message sent, and its trace, entity, blame and tail are read", async () => {
  const file = join(folder, "module.yaml");
  const module = `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: example/*\n  urlPathTemplate: ${functions.url}\n---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n`;
  await writeFile(file, module);
  expect(await answer("modules", "apply", "example", file)).toMatchObject({ name: "example", revision: 1 });
  expect((await signalbox("modules", "yaml", "example")).out).toBe(module);

  const stopTail = new AbortController();
  const seen = Promise.withResolvers<string>();
  const onOut = (text: string): void => void (text.includes('"id":"ada"') && seen.resolve(text));
  const tail = runCli(["tail", "type:example/person", "--url", gateway.url], { signal: stopTail.signal, onOut });
  // A message that came before the stream began is not in it, so messages are sent until one is seen.
  const { traceId } = await answer("send", "example/person/ada", "hello");
  await until(
    async () => {
      await signalbox("send", "example/person/ada", "hello");
      return (await Promise.race([seen.promise, Promise.resolve("")])) !== "";
    },
    { what: "the tail to show it", everyMs: 500 },
  );
  stopTail.abort();
  expect((await tail).code).toBe(0);

  expect(await answer("trace", String(traceId))).toMatchObject({ trace: traceId });
  expect(await answer("entities", "get", "example/person/ada")).toMatchObject({ address: { id: "ada" } });
  expect(JSON.stringify(await answer("entities", "blame", "example/person/ada"))).toContain('"name":"visits"');
  expect((await signalbox("entities", "export", "example/person")).out.trim().split("\n")).toHaveLength(1);
  expect((await signalbox("entities", "get", "example/person/nobody")).code).toBe(3);
  const { out } = await signalbox("doctor");
  for (const check of ["node", "disk", "gateway", "clock", "store", "endpoint"])
    expect(out).toMatch(new RegExp(`^(well|ILL ) ${check} `, "m"));
  expect(out).toContain(`GiB free at ${gateway.dataDir}`);
});

test("a module is compared and rolled back, an endpoint asked, people listed, and SQL and two savepoints read", async () => {
  const file = join(folder, "less.yaml");
  await writeFile(file, `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: example/*\n  urlPathTemplate: ${functions.url}\n`);
  expect(await answer("modules", "diff", "example", file)).toMatchObject({ valid: true, changes: [{ kind: "egress", change: "removed" }] });
  const wrong = join(folder, "wrong.yaml");
  await writeFile(wrong, "kind: nothing\n");
  expect((await signalbox("modules", "diff", "example", wrong)).code).toBe(1);
  expect(await answer("modules", "get", "example")).toMatchObject({ revision: 1 });
  expect(await answer("modules", "apply", "example", file)).toMatchObject({ revision: 2 });
  expect(await signalbox("modules", "apply", "example", file, "--if-revision", "1")).toMatchObject({
    code: 1,
    err: expect.stringContaining("MODULE_MOVED"),
  });
  expect((await signalbox("modules", "apply", "example", file, "--if-revision", "first")).code).toBe(2);
  expect(await answer("modules", "rollback", "example", "1")).toMatchObject({ revision: 3 });
  expect((await signalbox("modules", "rollback", "example", "17")).code).toBe(3);

  const check = await answer("endpoints", "check", functions.url, "--functions", "example/*", "--types", "person,example/greeter");
  expect(JSON.stringify(check)).toContain("example/person");
  expect(await answer("endpoints", "ls")).toMatchObject({ endpoints: [{ id: "example/*" }] });
  expect((await signalbox("users", "list")).code).toBe(0);
  expect(await answer("sql", "SELECT id FROM entities(type := 'example/person')")).toMatchObject({ rows: [["ada"]] });

  const { id } = await answer("savepoints", "take");
  await answer("send", "example/person/bert", "hello");
  await until(async () => (await signalbox("entities", "get", "example/person/bert")).out.includes('"visits"'), {
    what: "bert to be there",
  });
  const compared = await answer("savepoints", "diff", String(id));
  expect(JSON.stringify(compared)).toContain('{"type":"example/person","came":1,"went":0,"changed":0,"same":1}');
  expect(await answer("savepoints", "diff", String(id), "now", "--type", "example/person")).toMatchObject({
    items: [{ id: "bert", change: "came" }],
  });
});

test("a savepoint is taken, carried away, brought in again, priced and restored", async () => {
  const { id } = await answer("savepoints", "take");
  const file = join(folder, "copy.savepoint");
  expect((await signalbox("savepoints", "download", String(id), file)).code).toBe(0);
  expect((await readFile(file)).subarray(0, 15).toString()).toBe("SQLite format 3");
  const brought = await signalbox("savepoints", "import", file);
  expect({ code: brought.code, err: brought.err }).toEqual({ code: 0, err: "" });
  expect((await signalbox("savepoints", "restore", String(id))).err).toContain("Add --yes");
  expect((await signalbox("savepoints", "restore", String(id), "--yes")).code).toBe(0);
});
