/**
 * The borders of ARCHITECTURE.md, checked over the real import graph: lint sees one line at a time, this sees where each import leads.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { arrowsOf, floorOf, gatewaySources, runsUp } from "./floors.ts";
import { findCycle, importEdges, type ImportEdge } from "./import-graph.ts";
import { repositoryRoot } from "./stale-step.ts";

const engine = "packages/engine/src";

/** For each folder: what its files may import, and the cure that a violation is reported with. */
const borders = [
  {
    from: `${engine}/model/`,
    may: [`${engine}/model/`, "@signalbox/runtime/model/"],
    cure: "model imports model only; move the shared type down into model/",
  },
  {
    from: "packages/runtime/src/model/",
    may: ["packages/runtime/src/model/"],
    cure: "model imports model only; move the shared type down into model/",
  },
  {
    from: "packages/runtime/src/testing/",
    may: ["packages/runtime/src/", "vitest"],
    cure: "the conformance suite knows the port and the test runner",
  },
  {
    from: "packages/runtime/src/",
    may: ["packages/runtime/src/", "node:"],
    cure: "the port stands below every runtime: declare the interface here",
  },
  {
    from: `${engine}/core/`,
    may: [`${engine}/core/`, `${engine}/model/`, "@signalbox/runtime/model/"],
    cure: "core imports core, model and the words of the port only; return an action instead",
  },
  {
    from: `${engine}/ports/`,
    may: [`${engine}/ports/`, `${engine}/model/`, "@signalbox/runtime"],
    cure: "a port is an interface over model types",
  },
  {
    from: `${engine}/runtime/`,
    may: [
      `${engine}/runtime/`,
      `${engine}/core/`,
      `${engine}/model/`,
      `${engine}/ports/`,
      `${engine}/engine.ts`,
      `${engine}/limits.ts`,
      `${engine}/partition`,
      "@signalbox/runtime",
    ],
    cure: "runtime reaches the world through ports",
  },
  {
    from: `${engine}/adapters/`,
    may: [
      `${engine}/adapters/`,
      `${engine}/ports/`,
      `${engine}/model/`,
      "@signalbox/proto",
      "@signalbox/runtime",
      "node:",
      "classic-level",
      "better-sqlite3",
    ],
    cure: "an adapter implements a port",
  },
  {
    from: "packages/flink/src/",
    may: [
      "packages/flink/src/",
      "@signalbox/runtime",
      "@signalbox/proto",
      "better-sqlite3",
      "classic-level",
      "fflate",
      "yaml",
      "zod",
      "node:",
    ],
    cure: "a runtime stands on the port alone: it knows neither another runtime nor the gateway",
  },
  {
    from: "packages/proto/src/",
    may: ["packages/proto/", "protobufjs", "long", "lossless-json", "node:"],
    cure: "proto is the lowest package",
  },
  {
    from: "packages/sdk/src/hosts/grpc",
    may: ["packages/sdk/src/", "node:", "@grpc/grpc-js"],
    cure: "this entry point of the SDK has one peer, @grpc/grpc-js",
  },
  {
    from: "packages/sdk/src/producer/",
    may: ["packages/sdk/src/", "@grpc/grpc-js"],
    cure: "this entry point of the SDK has one peer, @grpc/grpc-js",
  },
  {
    from: "packages/sdk/src/hosts/",
    may: ["packages/sdk/src/", "node:"],
    cure: "the SDK installs alone: a host imports the SDK and Node",
  },
  {
    from: "packages/sdk/src/",
    may: ["packages/sdk/src/"],
    cure: "the SDK installs alone and runs anywhere: no dependency, and Node's modules only in hosts/",
  },
] as const;

const limitsFile = `${engine}/limits.ts`;

function violations(edges: readonly ImportEdge[]): string[] {
  return edges.flatMap((edge) => {
    const border = borders.find((candidate) => edge.from.startsWith(candidate.from));
    if (border === undefined || border.may.some((allowed) => edge.to.startsWith(allowed))) return [];
    // Limits are plain numbers, so everything below the engine's public face may know their type.
    if (edge.to === limitsFile && edge.typeOnly) return [];
    return [`${edge.from} imports ${edge.to}: ${border.cure}`];
  });
}

describe("borders", () => {
  const packages = [...importEdges(repositoryRoot, "packages"), ...importEdges(repositoryRoot, "apps")];

  test("the graph is really walked", () => {
    expect(packages.length).toBeGreaterThan(50);
  });

  test("imports of the engine and of proto run one way", () => {
    expect(violations(packages)).toEqual([]);
  });

  test("the walker reports a file that crosses a border", () => {
    const bad: ImportEdge = { from: `${engine}/core/x.ts`, to: `${engine}/runtime/y.ts`, typeOnly: true };
    expect(violations([bad])).toEqual([
      `${bad.from} imports ${bad.to}: core imports core, model and the words of the port only; return an action instead`,
    ]);
  });

  test("the console takes only types from the gateway, through its contract", () => {
    const crossing = packages.filter((edge) => edge.from.startsWith("apps/console/") && /signalbox|apps\/gateway|packages\//.test(edge.to));
    const api = new Set(["@signalbox/gateway/contract"]);
    const shared = new Set([
      "@signalbox/gateway/shared",
      "apps/gateway/src/shared/index.ts",
      "@signalbox/gateway/filter",
      "apps/gateway/src/shared/filter/index.ts",
    ]);
    expect(crossing.filter((edge) => !(edge.typeOnly && api.has(edge.to)) && !shared.has(edge.to))).toEqual([]);
  });

  test("what the browser and the gateway share imports nothing but types of either", () => {
    const shared = packages.filter((edge) => edge.from.startsWith("apps/gateway/src/shared/"));
    expect(shared.length).toBeGreaterThan(4);
    const may = ["apps/gateway/src/shared/", "@marcbachmann/cel-js"];
    expect(shared.filter((edge) => !edge.typeOnly && !may.some((start) => edge.to.startsWith(start)))).toEqual([]);
  });

  test("the gateway imports no console code and no inside of a package", () => {
    const crossing = packages.filter((edge) => edge.from.startsWith("apps/gateway/src/"));
    expect(
      crossing.filter((edge) => /^(apps\/console|packages\/|@signalbox\/(console|engine\/(?!bootstrap$)|proto\/))/.test(edge.to)),
    ).toEqual([]);
  });

  test("only what opens the engine imports it: the rest of the gateway knows the Runtime port", () => {
    const opens = [
      "catalog/database-failure",
      "compose",
      "data-folder",
      "env",
      "limit-settings",
      "open-connectors",
      "open-flink",
      "open-modules",
      "open-reproductions",
      "open-services",
      "serve-gateway",
      "start-problem",
    ];
    const importers = new Set(
      packages.filter((edge) => edge.from.startsWith(gatewaySources) && edge.to.startsWith("@signalbox/engine")).map(({ from }) => from),
    );
    expect([...importers].toSorted()).toEqual(opens.map((name) => `${gatewaySources}${name}.ts`));
  });

  test("a connector owns no timer: the framework waits, retries and slows for every kind", () => {
    const root = join(repositoryRoot, gatewaySources, "connectors");
    const files = globSync("*/**/*.ts", { cwd: root });
    expect(files.length).toBeGreaterThan(20);
    const timed = files.filter((file) =>
      /\bset(Timeout|Interval|Immediate)\(|"(node:)?timers/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(timed, "wait by the context's clock (connector.ts)").toEqual([]);
  });

  test("between the floors of the gateway no arrow runs up, types counted", () => {
    const arrows = arrowsOf(packages);
    expect(arrows.length).toBeGreaterThan(30);
    expect(arrows.filter(({ from, to }) => floorOf(from) < 0 || floorOf(to) < 0)).toEqual([]);
    expect(arrows.filter(runsUp).flatMap(({ edges }) => edges.map(({ from, to }) => `${from} imports ${to}`))).toEqual([]);
    const up = { from: `${gatewaySources}flow/x.ts`, to: `${gatewaySources}surfaces/y.ts`, typeOnly: true };
    expect(arrowsOf([up]).filter(runsUp)).toHaveLength(1);
  });

  test("services are reached through their guard alone", () => {
    const src = gatewaySources;
    const past = packages.filter(
      ({ from, to }) => from.startsWith(`${src}surfaces/`) && to.startsWith(`${src}services/`) && to !== `${src}services/guarded.ts`,
    );
    expect(past).toEqual([]);
    const whole = packages.filter(({ from, to }) => from.startsWith(src) && to === `${src}services/services.ts`);
    expect(whole.map(({ from }) => from)).toEqual([`${src}open-services.ts`]);
  });

  test("no file imports itself through others", () => {
    expect(findCycle(packages)).toBeUndefined();
    expect(
      findCycle([
        { from: "a", to: "b", typeOnly: false },
        { from: "b", to: "a", typeOnly: false },
      ]),
    ).toEqual(["a", "b", "a"]);
  });

  test("no file of the engine needs itself through others, types counted", () => {
    const inside = packages.filter((edge) => edge.from.startsWith(`${engine}/`));
    expect(inside.some((edge) => edge.typeOnly)).toBe(true);
    expect(findCycle(inside, "types-too")).toBeUndefined();
    const throughTypes: ImportEdge[] = [
      { from: "a", to: "b", typeOnly: true },
      { from: "b", to: "a", typeOnly: false },
    ];
    expect(findCycle(throughTypes, "types-too")).toEqual(["a", "b", "a"]);
    expect(findCycle(throughTypes)).toBeUndefined();
  });
});
