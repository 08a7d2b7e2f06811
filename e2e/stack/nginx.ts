/**
 * Nginx: a real one on a port of its own, with the given lines inside its `http` block; it ends with the test.
 * Neighbour: docs/deploy.md has the lines that users copy, and nginxSnippets() reads them from there.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child } from "./child.ts";
import { until } from "./until.ts";

export const nginxProgram = process.env["SIGNALBOX_TEST_NGINX"] ?? "/usr/sbin/nginx";
export const hasNginx = existsSync(nginxProgram);

export class Nginx implements AsyncDisposable {
  readonly #child: Child;
  readonly #folder: string;

  private constructor(child: Child, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  /** Resolves once it takes connections at the port. */
  static async start(httpLines: string, port: number): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-nginx-"));
    const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`);
    const config = join(folder, "nginx.conf");
    // One process, which a kill ends whole.
    writeFileSync(
      config,
      [
        ...(process.getuid?.() === 0 ? [`user ${userInfo().username};`] : []),
        "daemon off; master_process off;",
        `pid ${folder}/pid; error_log stderr warn;`,
        "events { worker_connections 256; }",
        `http { access_log off; ${places.join(" ")}`,
        httpLines,
        "}",
        "",
      ].join("\n"),
    );
    const child = new Child("nginx", [nginxProgram, "-p", folder, "-e", "stderr", "-c", config], { cwd: folder, env: process.env });
    const nginx = new Nginx(child, folder);
    try {
      await until(async () => !child.running || (await connects(port)), { what: `nginx to listen on ${port}`, timeoutMs: 60_000 });
      child.assertRunning();
    } catch (error) {
      await nginx[Symbol.asyncDispose]();
      throw error;
    }
    return nginx;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((told) => {
    const socket = createConnection(port, "127.0.0.1", () => told(true));
    socket.once("error", () => told(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** The nginx blocks of docs/deploy.md, in their order. */
export function nginxSnippets(): string[] {
  const page = readFileSync(join(repositoryRoot, "docs/deploy.md"), "utf8");
  return [...page.matchAll(/^```nginx\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}
