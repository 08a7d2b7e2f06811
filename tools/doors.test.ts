/**
 * Every port and every child process of the gateway is made so that nothing from outside can end the process
 * (listener/guarded-listener.ts).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "./stale-step.ts";

interface Source {
  readonly path: string;
  readonly text: string;
}

/** Lists what runs in production: sources of apps and packages, without those that only tests use. */
function sources(): Source[] {
  return ["apps", "packages"].flatMap((folder) =>
    readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !/node_modules|\.next|\/(gen|generated|test|testing)\/|\.test\.tsx?$/.test(path))
      .map((path) => `${folder}/${path}`)
      // The SDK runs in the functions' own processes, whose owners guard them, and the command line serves nobody.
      .filter((path) => (path.includes("/src/") || path.startsWith("apps/console/")) && !/^(packages\/sdk|apps\/cli)\//.test(path))
      .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), "utf8") })),
  );
}

const guard = "apps/gateway/src/listener/guarded-listener.ts";
/** The gRPC library makes servers of its own; surfaces/grpc/unary.ts and surfaces/grpc/publish-stream.ts guard what its calls do. */
const grpcServer = "apps/gateway/src/surfaces/grpc/server.ts";

/** It binds a port to learn its number and closes it at once, so nobody is answered there. */
const portFinder = "apps/gateway/src/processes/free-port.ts";

/** Finds servers that are made in another way, and child processes whose errors nobody hears. */
function unguarded(files: readonly Source[]): string[] {
  return files.flatMap(({ path, text }) => {
    const found: string[] = [];
    if (/\bcreate(?:Secure)?Server\(|\bnew (?:\w+\.)?Server\(/.test(text) && path !== guard && path !== grpcServer && path !== portFinder)
      found.push(`${path} makes a server: make it with createGuardedServer`);
    if (/(?<!\.)\b(?:fork|spawn|execFile|exec)\(/.test(text) && /from "node:child_process"/.test(text) && !text.includes("neverUnheard("))
      found.push(`${path} starts a process: give it and its streams to neverUnheard`);
    return found;
  });
}

describe("doors", () => {
  const files = sources();

  test("every server is a guarded one, and the errors of every child process are handled", () => {
    expect(unguarded(files)).toEqual([]);
  });

  test("these are all the files that open one: a new door comes here and into the fuzzer's target raw", () => {
    const opening = files.filter(({ path, text }) => path !== guard && /createGuarded(?:Server|Net)\(|bindAsync\(/.test(text));
    expect(opening.map(({ path }) => path).toSorted()).toEqual([
      "apps/gateway/src/connectors/playground/playground-server.ts",
      // Only the gateway can reach this socket, and it reads only what the gateway sends.
      "apps/gateway/src/isolation/isolate-server.ts",
      // Only TaskManagers are answered there, by the token of their job.
      "apps/gateway/src/open-flink.ts",
      "apps/gateway/src/server.ts",
      grpcServer,
      "apps/gateway/src/surfaces/http/console-main.mjs",
      "apps/gateway/src/surfaces/postgres/postgres-server.ts",
    ]);
  });

  test("the walker finds a server and a process that are not guarded", () => {
    const bad = [
      { path: "apps/x/src/a.ts", text: "const server = nodeHttp.createServer((request, response) => undefined);" },
      { path: "packages/x/src/b.ts", text: ["import { spawn }", 'from "node:child_process";\nspawn("true");'].join(" ") },
    ];
    expect(unguarded(bad)).toHaveLength(2);
    expect(files.length).toBeGreaterThan(100);
  });
});
