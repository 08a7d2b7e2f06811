/**
 * The container image, made here and unpacked as a container engine would: what is in it, and that it runs as its own user, with the root
 * out of its reach: health probe, console, demo, SQL, backup. chroot stands for the engine, so this needs root; elsewhere it says so.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child, freePorts } from "../stack/child.ts";
import { until } from "../stack/until.ts";

const isRoot = process.getuid?.() === 0;
const manifestShape = z.tuple([z.object({ Config: z.string(), Layers: z.array(z.string()) })]);
const configShape = z.object({
  config: z.object({
    User: z.string(),
    Env: z.array(z.string()),
    Cmd: z.array(z.string()),
    WorkingDir: z.string(),
    Healthcheck: z.object({ Test: z.array(z.string()) }),
  }),
});
const imageBytesMax = 200 * 1024 * 1024;

describe.skipIf(!isRoot)("the container image (needs root for chroot)", () => {
  let folder = "";
  let root = "";
  let settings: z.output<typeof configShape>["config"];
  let archiveBytes = 0;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "signalbox-image-test-"));
    const archive = join(folder, "image.tar");
    execFileSync(process.execPath, ["tools/image/build-image.ts", "--out", archive], { cwd: repositoryRoot, stdio: "pipe" });
    archiveBytes = statSync(archive).size;
    const layout = join(folder, "layout");
    root = join(folder, "root");
    for (const path of [layout, root]) mkdirSync(path);
    execFileSync("tar", ["-C", layout, "-xf", archive]);
    const [{ Config, Layers }] = manifestShape.parse(JSON.parse(readFileSync(join(layout, "manifest.json"), "utf8")));
    settings = configShape.parse(JSON.parse(readFileSync(join(layout, Config), "utf8"))).config;
    for (const layer of Layers) execFileSync("tar", ["-C", root, "--same-owner", "-xpzf", join(layout, layer)]);
    // A container engine makes these device files.
    mkdirSync(join(root, "dev"));
    execFileSync("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
    execFileSync("mknod", ["-m", "666", join(root, "dev/urandom"), "c", "1", "9"]);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function command(env: Record<string, string>, words: readonly string[]): readonly [string, ...string[]] {
    const [user = ""] = settings.User.split(":");
    const set = [...settings.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
    const inside = [
      "/usr/bin/node",
      "-e",
      "process.chdir(process.argv[1]); process.execve(process.argv[2], process.argv.slice(2), process.env)",
    ];
    return ["env", "-i", ...set, "/usr/sbin/chroot", `--userspec=${user}:${user}`, root, ...inside, settings.WorkingDir, ...words];
  }

  it("is below 200 MB, has no shell, no set-uid program, and no file of another user that can be written", () => {
    expect(archiveBytes).toBeLessThan(imageBytesMax);
    expect(settings.User).toMatch(/^[1-9]\d*:/);
    const find = (...words: string[]): string =>
      execFileSync("find", [root, "-path", join(root, "dev"), "-prune", "-o", ...words, "-print"])
        .toString()
        .trim();
    expect(find("-perm", "/6000")).toBe("");
    expect(find("-name", "sh", "-o", "-name", "bash", "-o", "-name", "dash")).toBe("");
    expect(find("(", "-type", "f", "-o", "-type", "d", ")", "-perm", "-o+w", "-not", "-path", join(root, "tmp"))).toBe("");
    expect(find("-user", settings.User.split(":")[0] ?? "")).toBe(join(root, "data"));
  });

  it("runs: console, demo, SQL and health probe answer, the backup is made, and it ends on SIGTERM", async () => {
    const [port = 0, grpc = 0] = await freePorts(2);
    const ports = { SIGNALBOX_PORT: String(port), SIGNALBOX_GRPC_PORT: String(grpc), SIGNALBOX_HOST: "127.0.0.1" };
    const gateway = new Child("image", command(ports, settings.Cmd), { cwd: "/", env: {} });
    try {
      const url = `http://127.0.0.1:${port}`;
      await until(async () => (await fetch(`${url}/health`)).ok, {
        what: "the image runs",
        said: () => gateway.output,
        timeoutMs: 60_000,
      });
      const page = await fetch(`${url}/flow`);
      expect(page.status, await page.text()).toBe(200);
      const post = (path: string, body: object): Promise<Response> =>
        fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      expect((await post("/trpc/demo.start", {})).status, gateway.output).toBe(200);
      const counted = async (): Promise<boolean> =>
        ((await (await post("/v1/sql", { sql: "SELECT count(*) FROM entities" })).json()) as { rows?: number[][] }).rows?.[0]?.[0] !== 0;
      await until(counted, { what: "the demo's entities are counted by SQL", timeoutMs: 60_000 });
      expect((await post("/v1/backups", {})).status).toBe(201);
      const [, ...probe] = settings.Healthcheck.Test;
      const healthy = new Child("probe", command(ports, probe), { cwd: "/", env: {} });
      await healthy.ended();
      expect(healthy.exitCode).toBe(0);
      gateway.signal("SIGTERM");
      await gateway.ended();
      expect(gateway.exitCode).toBe(0);
      const sick = new Child("probe", command(ports, probe), { cwd: "/", env: {} });
      await sick.ended();
      expect(sick.exitCode).toBe(1);
    } finally {
      await gateway.kill();
    }
  }, 240_000);
});
