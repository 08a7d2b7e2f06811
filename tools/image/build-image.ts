/**
 * `npm run image`: release/signalbox-<version>-oci.tar, a container image of this checkout made without a container engine: a layer of
 * Debian's libraries and Node, one of packages, one of ours. Run `npm install` before; the console is built if it is stale. docs/deploy.md
 * says how it is run.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { productionBuild } from "../build-steps.ts";
import { repositoryRoot, runStaleSteps } from "../stale-step.ts";
import { fillBase, imageUser } from "./base-folder.ts";
import { imageFiles, ownPackages } from "./image-files.ts";
import { writeOciArchive, type ImageConfig } from "./oci-archive.ts";
import { ociLayer, type OciLayer } from "./oci-layer.ts";
import { toldOptions } from "../told-options.ts";

const { values: options } = toldOptions({
  command: "npm run image",
  about: "A container image of this checkout, made without a container engine.",
  options: { out: { type: "string" } },
  says: { out: "the file; release/signalbox-<version>-oci.tar unless given" },
});
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")));
const out = options.out ?? join(repositoryRoot, `release/signalbox-${version}-oci.tar`);
const target = { os: process.platform, cpu: process.arch };
const gatewayCommand = ["/usr/bin/node", "--min-semi-space-size=4", "--max-semi-space-size=8", "apps/gateway/src/main.mjs"] as const;

await runStaleSteps(productionBuild(""));
const stage = mkdtempSync(join(tmpdir(), "signalbox-image-"));
try {
  const files = imageFiles(repositoryRoot, target);
  const layers: OciLayer[] = [
    layer("base", (folder) => fillBase(folder, join(repositoryRoot, "node_modules/node/bin/node"))),
    layer("packages", (folder) => copyInto(join(folder, "app"), files.packages)),
    layer("signalbox", (folder) => {
      const app = join(folder, "app");
      copyInto(app, files.ours);
      writeFileSync(join(app, "apps/console/next.config.mjs"), "export default {};\n");
      copyFileSync(join(repositoryRoot, "tools/image/health-probe.mjs"), join(app, "health-probe.mjs"));
      mkdirSync(join(app, "node_modules/@signalbox"), { recursive: true });
      for (const [name, place] of Object.entries(ownPackages))
        symlinkSync(`../../packages/${place}`, join(app, "node_modules/@signalbox", name));
    }),
    // The folder that the gateway's user may write.
    layer("data", (folder) => mkdirSync(join(folder, "data")), imageUser.id),
  ];
  mkdirSync(dirname(out), { recursive: true });
  const { digest } = writeOciArchive(out, layers, config());
  console.log(`${out}: ${megabytes(statSync(out).size)} MB, ${digest}`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

function layer(name: string, fill: (folder: string) => void, owner = 0): OciLayer {
  const folder = join(stage, name);
  mkdirSync(folder);
  fill(folder);
  const made = ociLayer(folder, owner);
  console.log(`${name}: ${megabytes(made.bytes.length)} MB`);
  rmSync(folder, { recursive: true, force: true });
  return made;
}

function copyInto(folder: string, paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(repositoryRoot, path), join(folder, path));
  }
}

function config(): ImageConfig {
  return {
    architecture: target.cpu === "x64" ? "amd64" : target.cpu,
    reference: `signalbox:${version}`,
    user: `${imageUser.id}:${imageUser.id}`,
    env: { PATH: "/usr/bin", SIGNALBOX_HOST: "0.0.0.0", SIGNALBOX_DATA_DIR: "/data", NODE_ENV: "production", HOME: "/data" },
    command: gatewayCommand,
    workingDir: "/app",
    ports: ["4280/tcp", "4281/tcp"],
    volumes: ["/data"],
    healthcheck: { command: ["/usr/bin/node", "health-probe.mjs"], everyMs: 10_000, timeoutMs: 5_000, startMs: 30_000 },
    labels: {
      "org.opencontainers.image.title": "signalbox",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.licenses": "Apache-2.0",
    },
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
