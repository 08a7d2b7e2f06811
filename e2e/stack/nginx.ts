/**
 * Nginx: a real one on a port of its own, with the given lines inside its `http` block; it ends with the test.
 * Neighbour: docs/deploy.md has the lines that users copy, and proxyServer() reads them from there.
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
    // It runs as one process, which a kill ends completely.
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

/** Returns the nginx blocks of docs/deploy.md: a server, and the locations that remove the prefix instead of its own. */
export function nginxSnippets(): { readonly server: string; readonly stripping: string } {
  const page = readFileSync(join(repositoryRoot, "docs/deploy.md"), "utf8");
  const [server = "", stripping = ""] = [...page.matchAll(/^```nginx\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
  return { server, stripping };
}

export interface ProxyPlace {
  readonly gatewayUrl: string;
  readonly port: number;
  readonly strips?: boolean;
  /** The files; without them there is no TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** Returns a server for Nginx.start(), made of the page's lines with other ports and files. */
export function proxyServer({ gatewayUrl, port, strips = false, tls }: ProxyPlace): string {
  const { server, stripping } = nginxSnippets();
  const lines = strips ? server.replace(/^( *location .*\n)+/m, stripping) : server;
  const placed = lines
    .replaceAll("http://127.0.0.1:4280", gatewayUrl)
    .replace("listen 443 ssl", `listen 127.0.0.1:${port}${tls === undefined ? "" : " ssl"}`);
  return tls === undefined
    ? placed.replaceAll(/^ *ssl_.*\n/gm, "")
    : placed.replace("/etc/ssl/signalbox.pem", tls.certificate).replace("/etc/ssl/signalbox.key", tls.key);
}
