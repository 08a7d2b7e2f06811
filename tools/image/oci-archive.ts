/**
 * writeOciArchive: writes layers and settings as one file that container tools read (`docker load`, `podman load`, `crane push`, `skopeo
 * copy oci-archive:`): the OCI image layout, with Docker's manifest.json beside it for versions of Docker that know no other.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOf, type OciLayer } from "./oci-layer.ts";

export interface ImageConfig {
  readonly architecture: string;
  /** The reference as name:tag. */
  readonly reference: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly workingDir: string;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly healthcheck: {
    readonly command: readonly string[];
    readonly everyMs: number;
    readonly timeoutMs: number;
    readonly startMs: number;
  };
  readonly labels: Readonly<Record<string, string>>;
}

const nanosecondsPerMs = 1_000_000;

export function writeOciArchive(path: string, layers: readonly OciLayer[], config: ImageConfig): { readonly digest: string } {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-oci-"));
  try {
    const blobs = join(folder, "blobs/sha256");
    mkdirSync(blobs, { recursive: true });
    const put = (bytes: Uint8Array | string): { digest: string; size: number } => {
      const digest = digestOf(bytes);
      writeFileSync(join(blobs, digest.slice("sha256:".length)), bytes);
      return { digest, size: Buffer.byteLength(bytes) };
    };
    const configBlob = put(JSON.stringify(configJson(layers, config)));
    const layerBlobs = layers.map(({ bytes }) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...put(bytes) }));
    const manifestType = "application/vnd.oci.image.manifest.v1+json";
    const manifest = put(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: { mediaType: "application/vnd.oci.image.config.v1+json", ...configBlob },
        layers: layerBlobs,
      }),
    );
    const annotations = { "org.opencontainers.image.ref.name": config.reference, "io.containerd.image.name": config.reference };
    writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    writeFileSync(
      join(folder, "index.json"),
      JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: manifestType, ...manifest, annotations }] }),
    );
    const blobPath = (digest: string): string => `blobs/sha256/${digest.slice("sha256:".length)}`;
    const docker = [
      { Config: blobPath(configBlob.digest), RepoTags: [config.reference], Layers: layers.map(({ digest }) => blobPath(digest)) },
    ];
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(docker));
    execFileSync("tar", ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "-C", folder, "-cf", path, "."]);
    return { digest: manifest.digest };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configJson(layers: readonly OciLayer[], config: ImageConfig): object {
  const { healthcheck } = config;
  const set = (names: readonly string[]): object => Object.fromEntries(names.map((name) => [name, {}]));
  return {
    architecture: config.architecture,
    os: "linux",
    config: {
      User: config.user,
      ExposedPorts: set(config.ports),
      Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
      Cmd: config.command,
      Volumes: set(config.volumes),
      WorkingDir: config.workingDir,
      Labels: config.labels,
      StopSignal: "SIGTERM",
      Healthcheck: {
        Test: ["CMD", ...healthcheck.command],
        Interval: healthcheck.everyMs * nanosecondsPerMs,
        Timeout: healthcheck.timeoutMs * nanosecondsPerMs,
        StartPeriod: healthcheck.startMs * nanosecondsPerMs,
        Retries: 3,
      },
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  };
}
