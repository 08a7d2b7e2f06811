/** Where a gateway is started: folders of any name, ports and hosts that are not to be had, files that another user has made. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { chown } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { refusedStart } from "../disks/disk-stack.ts";
import { Child, freePorts } from "../stack/child.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const firstPort = 22_700;
const isRoot = process.getuid?.() === 0;
const otherUser = 65_534;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-deploy-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a data directory", () => {
  it("may have any name, and everything lies inside it", async () => {
    for (const name of ["site?a", "site?b", "50% off", "a#b", "%3F", "it's a 'quote'", "späte Daten\t1", "file:x", ":memory:", "-wal"]) {
      const dataDir = join(folder, "x", name);
      await using gateway = await Gateway.start({}, { dataDir });
      expect((await fetch(`${gateway.url}/v1/modules`)).status).toBe(200);
      expect(readdirSync(dataDir), name).toEqual(expect.arrayContaining(["catalog.db", "engine", "savepoints"]));
      expect(readdirSync(join(folder, "x"))).toEqual([name]);
      await gateway.stop();
      rmSync(join(folder, "x"), { recursive: true, force: true });
    }
  }, 240_000);
});

describe("a port or a host that is not available", () => {
  let taker: Server;
  let taken = 0;
  beforeEach(async () => {
    taker = createServer();
    await new Promise<void>((done) => taker.listen(0, "127.0.0.1", done));
    const address = taker.address();
    taken = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterEach(() => new Promise((done) => taker.close(done)));

  it.each(["SIGNALBOX_PORT", "SIGNALBOX_GRPC_PORT"])("%s that another program uses ends the start with 75 and a cure", async (setting) => {
    const { exitCode, output } = await refusedStart(folder, firstPort, { [setting]: String(taken) });
    expect(output).toContain(`Port ${taken} of 127.0.0.1 is taken`);
    expect(output).toContain(`where: ${setting}`);
    expect(output).toContain(`set ${setting} to a free port`);
    expect(exitCode).toBe(75);
  });

  it.each(["[::1]", "http://127.0.0.1", "127.0.0.1/8", "192.0.2.7", "no-such-host.invalid"])(
    "the host %s ends the start with 78 and a cure",
    async (host) => {
      const { exitCode, output } = await refusedStart(folder, firstPort + 10, { SIGNALBOX_HOST: host });
      expect(output).toContain("SIGNALBOX_HOST");
      expect(output).toContain("127.0.0.1");
      expect(exitCode).toBe(78);
    },
  );

  it("an IPv6 address without brackets is one of both ports", async () => {
    const [http = 0, grpc = 0] = await freePorts(2);
    const child = new Child("gateway", [process.execPath, "apps/gateway/src/main.mjs"], {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        SIGNALBOX_HOST: "::1",
        SIGNALBOX_PORT: String(http),
        SIGNALBOX_GRPC_PORT: String(grpc),
        SIGNALBOX_DATA_DIR: folder,
      },
    });
    try {
      await until(async () => child.output.includes(`http://[::1]:${http}`) || !child.running, {
        what: "the start line",
        timeoutMs: 60_000,
      });
      expect(child.output).toContain(`http://[::1]:${http}`);
    } finally {
      await child.kill();
    }
  });
});

describe("the build of one user", () => {
  it("is readable for another", () => {
    for (const output of ["packages/proto/gen", "apps/gateway/src/catalog/generated", "node_modules/.cache/signalbox"]) {
      for (const name of ["", ...readdirSync(join(repositoryRoot, output), { recursive: true, encoding: "utf8" })]) {
        const stat = statSync(join(repositoryRoot, output, name));
        const needed = stat.isDirectory() ? 0o005 : 0o004;
        expect({ place: join(output, name), readable: (stat.mode & needed) === needed }).toEqual({
          place: join(output, name),
          readable: true,
        });
      }
    }
  });

  it.skipIf(!isRoot)(
    "runs for another (skipped where the tests are not root: they cannot become another user)",
    async () => {
      const [http = 0, grpc = 0] = await freePorts(2);
      const dataDir = join(folder, "data");
      mkdirSync(dataDir);
      await chown(folder, otherUser, otherUser);
      await chown(dataDir, otherUser, otherUser);
      // Child cannot set a user, so setpriv starts the gateway.
      const child = new Child(
        "gateway",
        [
          "setpriv",
          "--reuid",
          String(otherUser),
          "--regid",
          String(otherUser),
          "--clear-groups",
          process.execPath,
          "apps/gateway/src/main.mjs",
        ],
        {
          cwd: repositoryRoot,
          env: {
            ...process.env,
            SIGNALBOX_PORT: String(http),
            SIGNALBOX_GRPC_PORT: String(grpc),
            SIGNALBOX_DATA_DIR: dataDir,
          },
        },
      );
      try {
        await until(async () => !child.running || (await fetch(`http://127.0.0.1:${http}/health`)).ok, {
          what: "health",
          timeoutMs: 120_000,
        });
        child.assertRunning();
        expect(statSync(join(dataDir, "catalog.db")).uid).toBe(otherUser);
      } finally {
        await child.kill();
      }
    },
    180_000,
  );
});
