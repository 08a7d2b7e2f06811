/**
 * Certificates of modules: what OpenSSL refuses is reported when the module is applied, and a change on disk takes effect without applying
 * it again.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bindings } from "@signalbox/runtime";
import { afterAll, describe, expect, test } from "vitest";
import { refreshFilesNowAndThen } from "../../src/services/modules/file-refresh.ts";
import { MaskTable } from "../../src/masking/mask-table.ts";
import { moduleLanguage } from "../../src/services/modules/module-language.ts";
import { createCompute } from "../../src/compute/compute.ts";
import { createModules } from "../../src/services/modules/modules-in-force.ts";
import type { ModuleCatalog, ModuleRevision } from "../../src/catalog/catalog.ts";
import { parseModule } from "../../src/modules/parse-module.ts";
import { loadTlsFiles } from "../../src/modules/tls-files.ts";
import { legacyKeyPem, makeTlsMaterial } from "./tls-material.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-tls-"));
for (const name of ["one", "two"]) makeTlsMaterial(folder, name);
writeFileSync(join(folder, "legacy.p8"), legacyKeyPem);
writeFileSync(join(folder, "wrong-pw"), "nope");
writeFileSync(join(folder, "broken.pem"), "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const yamlWith = (transport: Readonly<Record<string, string>>): string =>
  `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: a/*\n  urlPathTemplate: https://h/f\n  transport: ${JSON.stringify(transport)}\n`;

async function issueOf(transport: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { document } = parseModule({ name: "m", yaml: yamlWith(transport), env: {} });
  if (document === undefined) throw new Error("the module does not parse");
  return (await loadTlsFiles(document, { folder })).issues[0]?.message;
}

const compute = createCompute();
afterAll(() => compute.close());

describe("a file that a module names", () => {
  test("is accepted when OpenSSL accepts it", async () => {
    expect(await issueOf({ trust_cacerts: "one.pem", client_cert: "one.pem", client_key: "one.key" })).toBeUndefined();
    expect(await issueOf({ client_cert: "one.pem", client_key: "one.p8", client_key_password: "pw" })).toBeUndefined();
  });

  test.each([
    [
      { client_cert: "one.pem", client_key: "legacy.p8", client_key_password: "pw" },
      /client_key.*legacy\.p8.*openssl pkcs8 -provider legacy/,
    ],
    [{ client_cert: "one.pem", client_key: "one.p8", client_key_password: "wrong-pw" }, /client_key_password.*wrong-pw does not open/],
    [{ client_cert: "one.pem", client_key: "one.p8" }, /client_key.*one\.p8 is encrypted/],
    [{ client_cert: "one.pem", client_key: "two.key" }, /client_key.*two\.key is not the key of client_cert/],
    [{ client_cert: "one.pem", client_key: "two.pem" }, /client_key.*two\.pem holds no private key/],
    [{ client_cert: "one.key", client_key: "one.key" }, /client_cert.*one\.key holds no certificate/],
    [{ trust_cacerts: "broken.pem" }, /trust_cacerts.*broken\.pem holds a certificate \(number 1\)/],
  ])("%j is refused by name, with its cure", async (transport, issue) => {
    expect(await issueOf(transport)).toMatch(issue);
  });
});

describe("a replaced file on disk", () => {
  const place = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(place(name), "utf8");

  function modulesOver(yaml: string) {
    const applied: Bindings[] = [];
    const warnings: string[] = [];
    const revision: ModuleRevision = { name: "m", revision: 1, yaml, appliedMs: 0, origin: "person", principal: undefined };
    const refused = (): never => {
      throw new Error("not in this test");
    };
    const catalog: ModuleCatalog = {
      list: async () => [revision],
      find: refused,
      append: refused,
      revision: refused,
      revisions: refused,
      remove: refused,
    };
    const modules = createModules({
      engine: { applyBindings: async (bindings) => void applied.push(bindings) },
      catalog,
      language: moduleLanguage(folder, compute),
      connectors: { prepare: async () => undefined, begin: async () => undefined },
      placements: {
        check: async (endpoints) => ({ issues: [], endpoints }),
        want: async () => undefined,
        bind: (endpoints) => [...endpoints],
        inForce: () => undefined,
      },
      masks: new MaskTable(),
      flow: { mark: () => undefined },
      variables: () => ({}),
      warn: (message) => warnings.push(message),
    });
    return { modules, applied, warnings };
  }
  const trustOf = (bindings: Bindings | undefined): string | undefined => bindings?.endpoints[0]?.transport.tls?.trustCaPem;

  test("is put in force, once, when it is usable, and named once when it is not", async () => {
    copyFileSync(place("one.pem"), place("live.pem"));
    const { modules, applied, warnings } = modulesOver(yamlWith({ trust_cacerts: "live.pem" }));
    await modules.load();
    await modules.refreshFiles();
    expect(applied).toHaveLength(1);
    copyFileSync(place("two.pem"), place("live.pem"));
    await modules.refreshFiles();
    await modules.refreshFiles();
    expect(applied).toHaveLength(2);
    expect(trustOf(applied.at(-1))).toBe(read("two.pem"));
    copyFileSync(place("broken.pem"), place("live.pem"));
    await modules.refreshFiles();
    await modules.refreshFiles();
    expect(applied).toHaveLength(2);
    expect(warnings).toEqual([expect.stringMatching(/module m goes on with the certificates that it had: .*live\.pem/)]);
  });

  test("of a module that was left out while it was absent puts the module in force", async () => {
    const { modules, applied, warnings } = modulesOver(yamlWith({ trust_cacerts: "late.pem" }));
    await modules.load();
    expect(warnings).toEqual([expect.stringContaining("late.pem")]);
    expect(applied.at(-1)?.endpoints).toEqual([]);
    copyFileSync(place("one.pem"), place("late.pem"));
    await modules.refreshFiles();
    expect(trustOf(applied.at(-1))).toBe(read("one.pem"));
  });

  test("is looked for again and again, until the watch is stopped", async () => {
    const end = new AbortController();
    const looks = Promise.withResolvers<void>();
    let count = 0;
    refreshFilesNowAndThen(
      {
        refreshFiles: async () => {
          count++;
          if (count === 1) throw new Error("a disk that fails once");
          if (count === 3) looks.resolve();
        },
      },
      { log: { error: () => undefined }, signal: end.signal, everyMs: 1 },
    );
    await looks.promise;
    end.abort();
    expect(count).toBeGreaterThanOrEqual(3);
  });
});
