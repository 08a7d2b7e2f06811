/**
 * NewFile: a file that a command writes. It is opened before the gateway is asked for anything, gets its name once it is complete, and
 * never replaces an existing file.
 */
import { createHash } from "node:crypto";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { CliError } from "../exit-codes.ts";

export class NewFile {
  readonly #path: string;
  readonly #part: string;
  readonly #handle: FileHandle;

  private constructor(path: string, part: string, handle: FileHandle) {
    this.#path = path;
    this.#part = part;
    this.#handle = handle;
  }

  /** Throws a CliError when the file cannot be made. */
  static async open(path: string): Promise<NewFile> {
    if ((await stat(path).catch(() => undefined)) !== undefined) throw unwritable(path, "it is there already");
    const part = `${path}.part`;
    try {
      return new NewFile(path, part, await open(part, "wx", 0o600));
    } catch (error) {
      throw unwritable(part, error instanceof Error ? error.message : String(error));
    }
  }

  /** Writes the body. `checksum` is the sha256 in hex that it must have. After any failure no file is left. */
  async write(body: AsyncIterable<Uint8Array>, checksum?: string): Promise<void> {
    try {
      const hash = createHash("sha256");
      for await (const chunk of body) {
        hash.update(chunk);
        // It writes all of the chunk; writev may write a part, as it does where the disk is nearly full.
        await this.#onDisk(() => this.#handle.writeFile(chunk));
      }
      const came = hash.digest("hex");
      if (checksum !== undefined && came !== checksum)
        throw new CliError("failed", `what came has the checksum ${came}, not ${checksum}`, "Ask for the file again.");
      await this.#onDisk(() => this.#handle.sync());
      await this.#onDisk(() => rename(this.#part, this.#path));
    } catch (error) {
      await rm(this.#part, { force: true });
      throw error;
    } finally {
      await this.#handle.close();
    }
  }

  /** A full disk is no fault of the gateway, and no mistake in the command line. */
  async #onDisk(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CliError(
        "failed",
        `${this.#path} cannot be written: ${why}`,
        "Make room, or name a file on another disk; nothing is left of it.",
      );
    }
  }

  /** Removes the file when it is not written after all. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#part, { force: true });
  }
}

function unwritable(path: string, why: string): CliError {
  return new CliError("usage", `${path} cannot be written: ${why}`, "Name another file, or remove this one.");
}
