/**
 * ociLayer: makes a folder a layer of a container image: a tar whose bytes depend only on the files (names sorted, times and owners fixed),
 * so the same release gives the same image. Neighbour: oci-archive.ts puts layers together.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

export interface OciLayer {
  /** The hash of the bytes as they are stored: sha256:…. */
  readonly digest: string;
  /** The hash of the tar inside: sha256:…. */
  readonly diffId: string;
  readonly bytes: Buffer;
}

const tarBytesMax = 2 * 1024 ** 3 - 1;

/** `owner` is the number of the user and group of everything in it. */
export function ociLayer(folder: string, owner: number): OciLayer {
  const owned = [`--owner=${owner}`, `--group=${owner}`, "--numeric-owner"];
  const fixed = ["--sort=name", "--mtime=@0", ...owned, "--format=posix", "--pax-option=delete=atime,delete=ctime"];
  // The entries are named one by one, because an entry for the folder itself would give the container's root to that owner.
  const tar = execFileSync("tar", [...fixed, "-C", folder, "-cf", "-", ...readdirSync(folder).sort()], { maxBuffer: tarBytesMax });
  const bytes = gzipSync(tar, { level: 9 });
  return { digest: digestOf(bytes), diffId: digestOf(tar), bytes };
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
