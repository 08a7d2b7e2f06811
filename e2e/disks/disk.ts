/**
 * Disk: a small real disk that a test can fill, free and turn read-only: a tmpfs where mounting is allowed (root), elsewhere a limit on the
 * size of a process's files. What is not possible here has a reason, which the skipped test shows.
 */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const fillName = "fill";
const mib = 1024 * 1024;

function run(program: string, parameters: readonly string[]): string {
  return execFileSync(program, parameters, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split("\n").at(-1) ?? "";
}

/** Returns why nothing can be mounted here; undefined when it can. */
export function whyNoMount(): string | undefined {
  const probe = mkdtempSync(join(tmpdir(), "signalbox-mount-"));
  try {
    run("mount", ["-t", "tmpfs", "-o", "size=1m", "signalbox-probe", probe]);
    run("umount", [probe]);
    return undefined;
  } catch (error) {
    return `mounting is not allowed here: ${lastLine(error)}`;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

export function whyNoFileLimit(): string | undefined {
  try {
    run("prlimit", ["--pid", String(process.pid), "--fsize"]);
    return undefined;
  } catch (error) {
    return `there is no prlimit here: ${lastLine(error)}`;
  }
}

export class Disk implements Disposable {
  readonly root: string;
  /** The folder on the disk for a gateway. */
  readonly dataDir: string;
  readonly #readOnlyPlaces: string[] = [];

  constructor(sizeMib: number) {
    this.root = mkdtempSync(join(tmpdir(), "signalbox-disk-"));
    run("mount", ["-t", "tmpfs", "-o", `size=${sizeMib}m`, "signalbox-test", this.root]);
    this.dataDir = join(this.root, "data");
    mkdirSync(this.dataDir);
  }

  /** Fills the disk except for this many bytes. */
  fill(leaveBytes = 0): void {
    const file = openSync(join(this.root, fillName), "a");
    try {
      for (let size = mib; size > 0; size = size > 1 ? size / 16 : 0) {
        for (let full = false; !full; ) full = !takes(file, Buffer.alloc(Math.ceil(size)));
      }
      if (leaveBytes > 0) ftruncateSync(file, fstatSync(file).size - leaveBytes);
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.root, fillName));
  }

  /** From now on, opening a file there fails because the file system is read-only. */
  makeReadOnly(folder: string = this.dataDir): void {
    run("mount", ["--bind", folder, folder]);
    run("mount", ["-o", "remount,bind,ro", folder]);
    this.#readOnlyPlaces.push(folder);
  }

  makeWritable(): void {
    for (const folder of this.#readOnlyPlaces.splice(0)) run("umount", [folder]);
  }

  [Symbol.dispose](): void {
    this.makeWritable();
    run("umount", ["-l", this.root]);
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Returns why there can be no ext4 in a file here; undefined when there can. */
export function whyNoExt4(): string | undefined {
  try {
    new Ext4Disk()[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return `no ext4 in a file here: ${lastLine(error)}`;
  }
}

/** An ext4 in a file, which the system itself can find broken and turn read-only under its writers. */
export class Ext4Disk implements Disposable {
  readonly dataDir: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "signalbox-ext4-"));
  readonly #image = join(this.#folder, "image");
  readonly #root = join(this.#folder, "root");

  constructor() {
    this.dataDir = join(this.#root, "data");
    try {
      mkdirSync(this.#root);
      writeFileSync(this.#image, "");
      truncateSync(this.#image, 96 * mib);
      run("mkfs.ext4", ["-q", "-F", this.#image]);
      this.#mount();
      mkdirSync(this.dataDir);
    } catch (error) {
      rmSync(this.#folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Does what ext4 does by itself after an error of the disk. */
  abort(): void {
    run("mount", ["-o", "remount,abort", this.#root]);
  }

  /** Repairs the file system; no process may have a file open. */
  mend(): void {
    run("umount", [this.#root]);
    try {
      run("e2fsck", ["-fy", this.#image]);
    } catch (error) {
      // Exit code 1 says that errors were corrected.
      if (!(error instanceof Error && "status" in error && error.status === 1)) throw error;
    }
    this.#mount();
  }

  [Symbol.dispose](): void {
    run("umount", ["-l", this.#root]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #mount(): void {
    run("mount", ["-o", "loop", this.#image, this.#root]);
  }
}

function takes(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}

/** From now on no file of the process grows beyond this many bytes. */
export function limitFiles(pid: number, bytes: number | "unlimited"): void {
  run("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
}
