/** Jars from a mirror: the bytes are bounded in size and in time, and an incomplete jar is not left behind. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchClusterJars, type JarLimits } from "../src/cluster/cluster-jars.ts";

let folder = "";
let mirror: Server;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-jars-"));
});
afterEach(() => {
  mirror.closeAllConnections();
  mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

async function fetched(answer: (response: ServerResponse) => void, limits: Partial<JarLimits>): Promise<string> {
  mirror = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
  const env = { SIGNALBOX_FLINK_JARS: folder, SIGNALBOX_MAVEN_REPOSITORY: url };
  const whole = { jarBytesMax: 1_000_000, jarMsMax: 60_000, silenceMsMax: 60_000, ...limits };
  const failed = fetchClusterJars({ env, uses: ["tool"], limits: whole }).then(
    () => "fetched",
    (error: Error) => String((error.cause as Error).message),
  );
  return failed;
}

test("a jar that does not end is abandoned at the largest size that a jar may have", async () => {
  const endless = (response: ServerResponse): void => {
    const more = (): void => {
      while (response.write(Buffer.alloc(64 * 1024)));
    };
    response.on("drain", more);
    more();
  };
  expect(await fetched(endless, {})).toContain("has more than 1000000 bytes");
  expect(readdirSync(folder)).toEqual([]);
});

test("a mirror that says nothing, or goes on slowly for ever, is abandoned", async () => {
  expect(await fetched((response) => void response.write("x"), { silenceMsMax: 50 })).toContain("sends nothing for 50 ms");
  mirror.closeAllConnections();
  mirror.close();
  const slow = (response: ServerResponse): void => {
    const timer = setInterval(() => response.write("x"), 10);
    response.on("close", () => clearInterval(timer));
  };
  expect(await fetched(slow, { jarMsMax: 200 })).toContain("is not whole after 200 ms");
  expect(readdirSync(folder)).toEqual([]);
});

test("a jar with another hash is refused, and nothing of it stays", async () => {
  expect(await fetched((response) => response.end("no jar"), {})).toContain("has the hash");
  expect(readdirSync(folder)).toEqual([]);
});
