/** Several modules together: merging, what applying would change, certificates from files, and the editor's schema. */
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentKinds } from "../../src/modules/component-kinds.ts";
import { diffModules } from "../../src/modules/diff-modules.ts";
import { moduleJsonSchema } from "../../src/modules/module-json-schema.ts";
import { mergeModules } from "../../src/modules/merge-modules.ts";
import { parseModule } from "../../src/modules/parse-module.ts";
import type { ParsedModule } from "../../src/modules/parsed-module.ts";
import { loadTlsFiles } from "../../src/modules/tls-files.ts";
import { makeTlsMaterial } from "./tls-material.ts";

function parsed(name: string, yaml: string): ParsedModule {
  const { issues, document } = parseModule({ name, yaml, env: {} });
  if (document === undefined) throw new Error(JSON.stringify(issues));
  return document;
}

const endpoint = (functions: string, url: string, more = ""): string =>
  `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${functions}\n  urlPathTemplate: ${url}\n${more}`;
const log = (id: string): string => `kind: io.signalbox.v1/egress\nspec: {id: ${id}}\n`;

describe("modules in force together", () => {
  it("add up to the bindings of the engine", () => {
    const shop = parsed("shop", `${endpoint("shop/*", "http://a")}---\n${log("shop/receipts")}`);
    const mail = parsed("mail", `${endpoint("mail/send", "http://b")}---\nkind: io.statefun.playground.v1/ingress\nspec: {port: 8090}`);
    const { issues, bindings, ingresses, egresses } = mergeModules([shop, mail]);
    expect(issues).toEqual([]);
    expect(bindings.endpoints.map(({ id, module }) => [id, module])).toEqual([
      ["shop/*", "shop"],
      ["mail/send", "mail"],
    ]);
    expect(bindings.egresses).toEqual([{ id: "shop/receipts", module: "shop" }]);
    expect(ingresses).toMatchObject([{ id: "playground:8090", spec: { port: 8090 }, module: "mail" }]);
    expect(egresses).toHaveLength(1);
  });

  it("must not bind the same thing twice; the error names both", () => {
    const { issues } = mergeModules([
      parsed("shop", endpoint("shop/*", "http://a")),
      parsed("other", `${log("x/y")}---\n${endpoint("shop/*", "http://b")}`),
    ]);
    expect(issues).toEqual([
      {
        severity: "error",
        module: "other",
        line: 6,
        column: 14,
        message: "An endpoint for shop/* in module other is already declared in module shop (line 3). Keep one of them.",
        suggestion: null,
      },
    ]);
  });
});

describe("what applying a module changes", () => {
  it("is listed thing by thing, with the old and the new value", () => {
    const before = parsed("m", `${endpoint("shop/*", "http://a")}---\n${log("shop/old")}`);
    const after = parsed("m", `# moved\n${log("shop/new")}---\n${endpoint("shop/*", "http://b", "  transport: {call: 30s}\n")}`);
    expect(diffModules(before, after)).toEqual([
      { kind: "endpoint", id: "shop/*", change: "changed", detail: "url http://a → http://b; call 2 min → 30 s; read 2 min → 30 s" },
      { kind: "egress", id: "shop/new", change: "added", detail: "log" },
      { kind: "egress", id: "shop/old", change: "removed", detail: "log" },
    ]);
  });

  it("is nothing when only order and comments differ", () => {
    const parts = [endpoint("shop/*", "http://a"), log("shop/r"), "kind: io.statefun.playground.v1/ingress\nspec: {port: 8090}\n"];
    expect(diffModules(parsed("m", parts.join("---\n")), parsed("m", `# hello\n${parts.toReversed().join("---\n")}`))).toEqual([]);
  });

  it("is the whole module for a new or a removed one", () => {
    const module = parsed("m", endpoint("shop/*", "http://a"));
    expect(diffModules(undefined, module)).toEqual([{ kind: "endpoint", id: "shop/*", change: "added", detail: "http://a" }]);
    expect(diffModules(module, undefined)).toEqual([{ kind: "endpoint", id: "shop/*", change: "removed", detail: "http://a" }]);
  });
});

describe("certificates", () => {
  let folder = "";
  const module = parsed(
    "m",
    endpoint(
      "a/*",
      "https://h",
      "  transport:\n    trust_cacerts: file:certs/ca.pem\n    client_cert: certs/c.pem\n    client_key: certs/k.pem\n    client_key_password: certs/pw\n",
    ),
  );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "signalbox-tls-"));
    await mkdir(join(folder, "certs"));
    makeTlsMaterial(join(folder, "certs"), "made");
    for (const [from, to] of [
      ["made.pem", "ca.pem"],
      ["made.pem", "c.pem"],
      ["made.p8", "k.pem"],
    ] as const)
      await copyFile(join(folder, "certs", from), join(folder, "certs", to));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("are read from their files into the endpoint, the password without its line end", async () => {
    const { issues, document } = await loadTlsFiles(module, { folder });
    expect(issues).toEqual([]);
    expect(document?.endpoints[0]?.spec.transport.tls).toMatchObject({
      trustCaPem: expect.stringContaining("BEGIN CERTIFICATE"),
      clientKeyPem: expect.stringContaining("PRIVATE KEY"),
      clientKeyPassword: "secret",
    });
  });

  it("may be named by many endpoints and are read once", async () => {
    const many = parsed(
      "m",
      Array.from({ length: 200 }, (_, n) => endpoint(`a/f${n}`, "https://h", "  transport:\n    trust_cacerts: certs/ca.pem\n")).join(
        "---\n",
      ),
    );
    const { document } = await loadTlsFiles(many, { folder });
    expect(document?.endpoints).toHaveLength(200);
    expect(document?.endpoints.every(({ spec }) => spec.transport.tls?.trustCaPem?.includes("BEGIN CERTIFICATE"))).toBe(true);
  });

  it("that are pipes, devices or folders are issues, and reading them blocks nothing", async () => {
    execFileSync("mkfifo", [join(folder, "certs/pipe")]);
    const named = ["/dev/ptmx", "/dev/zero", "certs/pipe", "certs", "file:///dev/ptmx"];
    const yaml = named.map((path, n) => endpoint(`a/f${n}`, "https://h", `  transport:\n    trust_cacerts: ${path}\n`)).join("---\n");
    const { issues, document } = await loadTlsFiles(parsed("m", yaml), { folder });
    expect(document).toBeUndefined();
    expect(issues).toHaveLength(named.length);
    expect(issues.every(({ message }) => message.includes("is no regular file but"))).toBe(true);
  });

  it("that cannot be read or are not PEM are issues that name the property and the file", async () => {
    await writeFile(join(folder, "certs/c.pem"), "hello");
    await rm(join(folder, "certs/ca.pem"));
    const { issues, document } = await loadTlsFiles(module, { folder });
    expect(document).toBeUndefined();
    expect(issues.map(({ message }) => message).toSorted()).toEqual([
      "`client_cert` of a/*: certs/c.pem holds no PEM text (-----BEGIN …).",
      "`trust_cacerts` of a/*: file:certs/ca.pem cannot be read (ENOENT); check the path and who may read it.",
    ]);
  });
});

describe("the editor's schema", () => {
  it("describes every kind with its properties and the required ones", () => {
    const schema = moduleJsonSchema();
    expect(schema["oneOf"]).toHaveLength(Object.keys(componentKinds).length);
    expect(JSON.parse(JSON.stringify(schema))).toMatchObject({
      oneOf: expect.arrayContaining([
        expect.objectContaining({
          properties: {
            kind: expect.objectContaining({ const: "io.statefun.playground.v1/egress" }),
            spec: expect.objectContaining({ required: ["port", "topics"], additionalProperties: false }),
          },
        }),
      ]),
    });
  });
});

describe("a change of a secret", () => {
  const kafka = (password: string): string =>
    `kind: io.statefun.kafka.v1/egress\nspec:\n  id: shop/out\n  address: b:9092\n  deliverySemantic: {type: none}\n  properties:\n    - security.protocol: SASL_SSL\n    - sasl.mechanism: PLAIN\n    - sasl.jaas.config: x.PlainLoginModule required username="u" password="${password}";\n`;
  const headers = (token: string): string => endpoint("shop/*", "http://a", `  transport: {headers: [{authorization: "${token}"}]}\n`);

  it.each([
    ["a password of a connector", kafka],
    ["a header of an endpoint", headers],
  ])("%s is reported as changed, and is not shown", (_what, yaml) => {
    const [before, after] = [parsed("m", yaml("first-one")), parsed("m", yaml("second-one"))];
    const changes = diffModules(before, after);
    expect(changes).toMatchObject([{ change: "changed", detail: "a value that is not shown" }]);
    expect(JSON.stringify(changes)).not.toContain("-one");
    expect(diffModules(before, parsed("m", `# a comment\n${yaml("first-one")}`))).toEqual([]);
  });
});
