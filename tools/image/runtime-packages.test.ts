/** Which packages a container gets: the dependencies of what runs, as Node would find them, for one platform. */
import { expect, test } from "vitest";
import { runtimePackages } from "./runtime-packages.ts";

const options = { workspaces: ["apps/gateway"], without: new Set<string>(), os: "linux", cpu: "x64" };
const lock = (packages: object): string => JSON.stringify({ packages });

test("a dependency of a package is looked for beside it first", () => {
  const text = lock({
    "apps/gateway": { dependencies: { a: "1" } },
    "node_modules/a": { dependencies: { b: "2" } },
    "node_modules/a/node_modules/b": { dependencies: { c: "1" } },
    "node_modules/b": {},
    "node_modules/c": {},
    "node_modules/unused": {},
  });
  expect(runtimePackages(text, options)).toEqual(["node_modules/a", "node_modules/a/node_modules/b", "node_modules/c"]);
});

test("other platforms, our own workspaces, left-out packages and those that only they need are not among them", () => {
  const text = lock({
    "apps/gateway": {
      dependencies: { ours: "1", build: "1", kept: "1" },
      optionalDependencies: { absent: "1", "native-arm": "1", "native-musl": "1", native: "1" },
    },
    "node_modules/ours": { link: true },
    "node_modules/build": { dependencies: { only: "1" } },
    "node_modules/only": {},
    "node_modules/kept": {},
    "node_modules/native": { os: "linux", cpu: ["x64"] },
    "node_modules/native-musl": { os: ["linux"], cpu: ["x64"] },
    "node_modules/native-arm": { os: ["linux"], cpu: ["arm64"] },
  });
  expect(runtimePackages(text, { ...options, without: new Set(["build"]) })).toEqual(["node_modules/kept", "node_modules/native"]);
});

test("a lock that lacks a needed package is an error that names both", () => {
  const text = lock({ "apps/gateway": { dependencies: { gone: "1" } } });
  expect(() => runtimePackages(text, options)).toThrow("apps/gateway needs gone");
});
