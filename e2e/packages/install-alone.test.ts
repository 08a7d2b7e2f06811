/** What `npm pack` makes installs in an empty folder, without the repository and without a registry, and works there in plain JavaScript and in TypeScript. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";

const run = promisify(execFile);
const node = join(repositoryRoot, "node_modules/node/bin/node");
const manifests = ["packages/sdk/package.json", "packages/testing/package.json"].map((file) => join(repositoryRoot, file));

const greeter = `
import { entity, json, types } from "@signalbox/functions";
import { z } from "zod";

export const Greeting = json("example/Greeting", z.object({ text: z.string() }));
export const person = entity("example/person", {
  state: { visits: types.int },
  messages: { hello: types.string },
  on: {
    hello(ctx) {
      const visits = (ctx.state.visits.get() ?? 0) + 1;
      ctx.state.visits.set(visits);
      ctx.egress("example/greetings", { typename: Greeting.typename, bytes: Greeting.encode({ text: ctx.self.id + " " + visits }) });
    },
  },
});
`;

const story = `
import { createClient } from "@signalbox/functions/client";
import { embedded } from "@signalbox/functions/embedded";
import { handler } from "@signalbox/functions/fetch";
import { serve } from "@signalbox/functions/node";
import { testbox } from "@signalbox/testing";
import { person } from "./greeter.mjs";

await using serving = await serve([person]);
const refused = await fetch(serving.url, { method: "POST", body: new Uint8Array([1]) });
await using box = await testbox([person]);
await box.send(person.to("ada").message("hello", "hi"));
await box.send(person.to("ada").message("hello", "hi"));
await box.settle();
await box.worlds(3);
console.log(JSON.stringify({
  refused: refused.status,
  state: await box.state(person.to("ada")),
  greetings: (await box.egress("example/greetings")).map(({ typename }) => typename),
  others: [typeof createClient, typeof embedded([person]).invoke, typeof handler([person])],
}));
`;

describe("the packages, packed", () => {
  let folder: string;
  const before = manifests.map((file) => readFileSync(file, "utf8"));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "install-alone-"));
    for (const name of ["sdk", "testing"]) {
      await run("npm", ["pack", "--pack-destination", folder], { cwd: join(repositoryRoot, "packages", name) });
    }
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "alone", private: true, type: "module" }));
    const tarballs = ["functions", "testing"].map((name) => `./signalbox-${name}-0.1.0.tgz`);
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", ...tarballs], { cwd: folder });
    // These are the user's own schema library and types, which a registry would provide.
    for (const name of ["zod", "@types/node", "undici-types"]) {
      cpSync(join(repositoryRoot, "node_modules", name), join(folder, "node_modules", name), { recursive: true });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("leave the workspace unchanged", () => {
    expect(manifests.map((file) => readFileSync(file, "utf8"))).toEqual(before);
  });

  test("contain only their own files", () => {
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as { packages: Record<string, unknown> };
    expect(Object.keys(lock.packages).sort()).toEqual(["", "node_modules/@signalbox/functions", "node_modules/@signalbox/testing"]);
  });

  test("run a greeter, its tests and its worlds in plain JavaScript", async () => {
    writeFileSync(join(folder, "greeter.mjs"), greeter);
    writeFileSync(join(folder, "story.mjs"), story);
    const { stdout } = await run(node, ["story.mjs"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      refused: 400,
      state: { visits: 2 },
      greetings: ["example/Greeting", "example/Greeting"],
      others: ["function", "function", "function"],
    });
  });

  test("run in node:test as in any runner that imports modules", async () => {
    writeFileSync(join(folder, "greeter.mjs"), greeter);
    writeFileSync(
      join(folder, "greeter.test.mjs"),
      `import { test } from "node:test";\ntest("a greeter", async () => {${story.slice(story.indexOf("await using box"), story.indexOf("console.log"))}});\n`.replace(
        /^/,
        `import { testbox } from "@signalbox/testing";\nimport { person } from "./greeter.mjs";\n`,
      ),
    );
    const { stdout } = await run(node, ["--test", "greeter.test.mjs"], { cwd: folder });
    expect(stdout).toMatch(/pass 1\n[^]*fail 0/);
  });

  test("name the missing peer when the gRPC host is used without it", async () => {
    writeFileSync(join(folder, "grpc.mjs"), 'await import("@signalbox/functions/grpc");');
    await expect(run(node, ["grpc.mjs"], { cwd: folder })).rejects.toThrow(/@grpc\/grpc-js/);
  });

  test("type-check in a user's project, declarations too", async () => {
    writeFileSync(join(folder, "greeter.mts"), greeter);
    writeFileSync(join(folder, "story.mts"), `${story}\nconst wrong: string = (await box.state(person.to("ada"))).visits;\n`);
    const compilerOptions = {
      strict: true,
      module: "nodenext",
      target: "es2024",
      lib: ["es2024", "esnext.disposable", "dom"],
      noEmit: true,
      types: ["node"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["story.mts"] }));
    const said = await run(join(repositoryRoot, "node_modules/.bin/tsc"), ["-p", folder], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    // One mistake is made on purpose, so that a compiler that sees `any` everywhere is noticed.
    expect(said.stdout.trim().split("\n")).toEqual([expect.stringMatching(/^story\.mts\(\d+,\d+\): error TS2322/)]);
  });
});
