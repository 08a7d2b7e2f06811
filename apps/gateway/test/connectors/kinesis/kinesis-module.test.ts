/** What modules say of Kinesis: regions, credentials, positions, and properties of Java's clients. */
import { expect, test } from "vitest";
import { Secret } from "../../../src/shape/secret.ts";
import { kinesisSettings } from "../../../src/connectors/kinesis/kinesis-properties.ts";
import { parseModule } from "../../../src/modules/parse-module.ts";

const moduleWith = (lines: string): string => `kind: io.statefun.kinesis.v1/ingress
spec:
  id: shop/clicks
  streams: [{stream: clicks, valueType: shop/Click, targets: [shop/visits]}]
  ${lines}
`;

const read = (lines: string) => parseModule({ name: "shop", yaml: moduleWith(lines), env: { ID: "key", SECRET: "secret" } });

test.each([
  ["awsRegion: {type: default}", { region: undefined, endpoint: undefined }],
  ["awsRegion: {type: specific, id: us-west-2}", { region: "us-west-2", endpoint: undefined }],
  [
    "awsRegion: {type: custom-endpoint, endpoint: 'https://localhost:4567', id: us-west-1}",
    { region: "us-west-1", endpoint: "https://localhost:4567" },
  ],
  ["awsCredentials: {type: default}", { credentials: { kind: "default" } }],
  [
    `awsCredentials: {type: basic, accessKeyId: "\${ID}", secretAccessKey: "\${SECRET}"}`,
    { credentials: { kind: "basic", accessKeyId: new Secret("key"), secretAccessKey: new Secret("secret") } },
  ],
  ["awsCredentials: {type: profile, profileName: john}", { credentials: { kind: "profile", name: "john", path: undefined } }],
  ["awsCredentials: {type: profile, profileName: john, profilePath: /p}", { credentials: { kind: "profile", name: "john", path: "/p" } }],
])("%s is read", (lines, access) => {
  const { document, issues } = read(lines);
  expect(issues).toEqual([]);
  expect(document?.ingresses[0]?.spec).toMatchObject({ access });
});

test.each([
  ["startupPosition: {type: latest}", { kind: "latest" }],
  ["startupPosition: {type: earliest}", { kind: "earliest" }],
  [`startupPosition: {type: date, date: "2020-02-01 04:15:00.000 +0100"}`, { kind: "date", atMs: Date.UTC(2020, 1, 1, 3, 15) }],
])("%s is where a first start begins", (lines, startup) => {
  expect(read(lines).document?.ingresses[0]?.spec).toMatchObject({ startup });
});

test.each([
  ["awsRegion: {type: custom-endpoint, endpoint: localhost, id: us-west-1}", "endpoint"],
  ["clientConfigProperties: [MaxConnections: many]", "MaxConnections"],
])("%s is refused", (lines, word) => {
  expect(read(lines).issues).toMatchObject([{ severity: "error", message: expect.stringContaining(word) }]);
});

test("two routes of one stream and an invalid name are refused", () => {
  const yaml = moduleWith("").replace(
    "streams: [",
    "streams: [{stream: clicks, valueType: a/b, targets: [a/b]}, {stream: 'a b', valueType: a/b, targets: [a/b]}, ",
  );
  const { issues } = parseModule({ name: "shop", yaml, env: {} });
  expect(issues.map(({ message }) => message)).toEqual([expect.stringContaining("a b"), expect.stringContaining("stands twice")]);
});

test("properties of Java's clients count, have no effect, or are unknown, and the latter two are reported", () => {
  const ingress = kinesisSettings("ingress", { SocketTimeout: "9999", maxConnections: "7", MaxErrorRetry: "3", SoketTimeout: "1" });
  expect(ingress.settings).toMatchObject({ requestTimeoutMs: 9999, connectionsMax: 7 });
  expect(ingress.warnings).toEqual([
    expect.stringContaining("`MaxErrorRetry` has no effect"),
    expect.stringContaining("is SocketTimeout meant?"),
  ]);
  const egress = kinesisSettings("egress", {
    ThreadingModel: "POOLED",
    CollectionMaxCount: "20",
    VerifyCertificate: "false",
    RequestTimeout: "0",
  });
  expect(egress.settings).toMatchObject({ entriesPerPut: 20, verifyCertificate: false });
  expect(egress.warnings).toEqual([expect.stringContaining("`ThreadingModel` has no effect")]);
  expect(egress.errors).toEqual([expect.stringContaining("`RequestTimeout` is a whole number")]);
});
