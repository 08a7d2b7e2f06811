/** Whom the gateway believes to be the cluster: certificates of an authority of its own, by SIGNALBOX_FLINK_CA; before a scripted REST API, without Java. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemOf } from "../../packages/flink/src/cluster-problem.ts";
import { FlinkRest } from "../../packages/flink/src/rest/flink-rest.ts";
import { ScriptedFlink } from "../../packages/flink/test/scripted-flink.ts";
import { TlsFront } from "../stack/tls-front.ts";
import { until } from "../stack/until.ts";

const header = "Bearer of-the-cluster";
const end = new AbortController();
let flink: ScriptedFlink;
let front: TlsFront;
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-trust-"));
  flink = new ScriptedFlink();
  await flink.start();
  front = await TlsFront.start(flink.url, header);
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  flink.server?.closeAllConnections();
  flink.server?.close();
  rmSync(folder, { recursive: true });
});

const rest = (authorityFile?: string, url = front.url): FlinkRest =>
  new FlinkRest({ url, authorization: header, authorityFile, signal: end.signal });

async function told(asking: Promise<unknown>): Promise<unknown> {
  return problemOf(await asking.catch((error: unknown) => error), 0);
}

test("a certificate of an unknown authority is refused with the setting that names it; no header was shown", async () => {
  expect(await told(rest().overview())).toMatchObject({
    code: "CLUSTER_REFUSED",
    message: expect.stringContaining("its certificate is signed by an authority that is not known here"),
    cure: "Set SIGNALBOX_FLINK_CA to a PEM file with the certificate of that authority.",
  });
  expect(flink.asked).toEqual([]);
});

test("a certificate for another name is told apart", async () => {
  const path = front.certificate;
  expect(await told(rest(path, front.url.replace("127.0.0.1", "localhost")).overview())).toMatchObject({
    message: expect.stringContaining("for another host name"),
    cure: expect.stringContaining("SIGNALBOX_FLINK_URL"),
  });
});

test("the file is read again: a missing authority is named, a new one counts, and a lost file leaves the last content in force", async () => {
  const path = join(folder, "authority.pem");
  const one = rest(path);
  expect(await told(one.overview())).toMatchObject({
    message: expect.stringMatching(/SIGNALBOX_FLINK_CA: .*authority\.pem cannot be read \(ENOENT\)/),
  });
  writeFileSync(path, "nothing of use");
  const said = async (): Promise<string> => JSON.stringify((await told(one.overview())) ?? "");
  await until(async () => (await said()).includes("holds no certificate of an authority"), {
    what: "the file to be read again",
    timeoutMs: 20_000,
  });
  copyFileSync(front.certificate, path);
  await until(async () => (await said()) === '""', { what: "the authority to count", timeoutMs: 20_000 });
  rmSync(path);
  expect(await one.overview()).toMatchObject({ "flink-version": "1.16.2" });
});
