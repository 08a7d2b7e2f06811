/**
 * FilledHome: a data directory with many entities, filled once a run by real messages through a real gateway and copied for each job that
 * wants it, so that all of them find the same rows on disk. It is removed when the run ends.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { System } from "./system.ts";
import { streamLoad } from "./load/stream-load.ts";
import { everyId, functionTypes, inFlightBatches } from "./workload.ts";

/** This is below the number of entities that may wait at once, because a gateway refuses more than its functions can handle. */
const partMessages = 50_000;

export class FilledHome implements AsyncDisposable {
  readonly #folder: string;
  readonly #entities: number;
  #filled: Promise<string> | undefined;

  constructor(folder: string, entities: number) {
    this.#folder = folder;
    this.#entities = entities;
  }

  /** Makes a copy for one job, which removes it. */
  async copy(): Promise<string> {
    this.#filled ??= this.#fill();
    const copy = mkdtempSync(join(this.#folder, "signalbox-bench-copy-"));
    cpSync(await this.#filled, copy, { recursive: true });
    return copy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const filled = await this.#filled?.catch(() => undefined);
    if (filled !== undefined) rmSync(filled, { recursive: true, force: true });
  }

  async #fill(): Promise<string> {
    await using system = await System.start({ folder: this.#folder });
    const startedMs = performance.now();
    const nextId = everyId(this.#entities);
    for (let sent = 0; sent < this.#entities; ) {
      const messagesMax = Math.min(partMessages, this.#entities - sent);
      await streamLoad(system.grpc, { inFlight: inFlightBatches, type: functionTypes.counter, nextId, messagesMax });
      sent += messagesMax;
      await system.untilHandled(sent);
    }
    await system.gateway.stop();
    console.error(`filled ${this.#entities} entities in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    const home = mkdtempSync(join(this.#folder, "signalbox-bench-filled-"));
    cpSync(system.gateway.dataDir, home, { recursive: true });
    return home;
  }
}
