/**
 * Idempotency: which messages were taken in under a key, for as long as a key counts. A key is written in the batch of its message, and one
 * that is on its way counts already: two that come at the same time are one.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { EngineError, formatAddress, type IngressMessage } from "@signalbox/runtime";
import type { FlinkStore } from "./flink-store.ts";
import type { Write } from "./commit-queue.ts";
import { hex, keys } from "./keys.ts";

const known = z.object({ position: z.int(), content: z.string(), atMs: z.int() });
type Known = z.infer<typeof known>;

const forgottenAtOnceMax = 10_000;

export class Idempotency {
  readonly #store: FlinkStore;
  readonly #ageMs: number;
  readonly #nowMs: () => number;
  readonly #underWay = new Map<string, Promise<Known>>();

  constructor(store: FlinkStore, { ageMs, nowMs }: { ageMs: number; nowMs: () => number }) {
    this.#store = store;
    this.#ageMs = ageMs;
    this.#nowMs = nowMs;
  }

  /** `append` gets what to write beside the message and resolves with its position. Rejects with IDEMPOTENCY_KEY_REUSED. */
  async once(
    message: IngressMessage & { readonly idempotencyKey: string },
    append: (beside: (position: number) => Write[]) => Promise<number>,
  ): Promise<{ position: number; repeated: boolean }> {
    const hash = hashOf(message.idempotencyKey, formatAddress(message.target));
    const content = contentOf(message);
    const first = this.#underWay.get(hash);
    if (first !== undefined) return this.#repeated(await first, message, content);
    const told = Promise.withResolvers<Known>();
    told.promise.catch(() => undefined);
    this.#underWay.set(hash, told.promise);
    try {
      const before = await this.#find(hash);
      if (before !== undefined) {
        told.resolve(before);
        return this.#repeated(before, message, content);
      }
      const atMs = this.#nowMs();
      const position = await append((at) => this.#writes(hash, { position: at, content, atMs }));
      told.resolve({ position, content, atMs });
      return { position, repeated: false };
    } catch (error) {
      told.reject(error);
      throw error;
    } finally {
      this.#underWay.delete(hash);
    }
  }

  /** Removes keys that no longer count, a bounded number each time. */
  async forget(): Promise<void> {
    const range = { gte: "x/", lt: `x/${hex(Math.max(0, this.#nowMs() - this.#ageMs))}`, limit: forgottenAtOnceMax };
    const old = await this.#store.database.keys(range).all();
    if (old.length === 0) return;
    const hashOfKey = (key: string): string => key.slice(2 + 16 + 1);
    await this.#store.commits.write(
      old.flatMap((key) => [
        { type: "del", key },
        { type: "del", key: keys.idempotency(hashOfKey(key)) },
      ]),
    );
  }

  #writes(hash: string, row: Known): Write[] {
    return [
      { type: "put", key: keys.idempotency(hash), value: Buffer.from(JSON.stringify(row)) },
      { type: "put", key: keys.idempotencyAge(row.atMs, hash), value: new Uint8Array(0) },
    ];
  }

  async #find(hash: string): Promise<Known | undefined> {
    const bytes = await this.#store.database.get(keys.idempotency(hash));
    if (bytes === undefined) return undefined;
    const row = known.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    return row.atMs + this.#ageMs < this.#nowMs() ? undefined : row;
  }

  #repeated({ position, content: first }: Known, message: IngressMessage, content: string): { position: number; repeated: true } {
    if (first === content) return { position, repeated: true };
    const what = `the idempotency key stands for message ${position} to ${formatAddress(message.target)}, which has another value or type`;
    throw new EngineError("IDEMPOTENCY_KEY_REUSED", what, "Repeat the first message unchanged, or give the new one a key of its own.");
  }
}

function hashOf(...texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\0")).digest("base64url");
}

/** A key stands for a call or for a plain message, never for both. */
function contentOf({ value, wantsAnswer }: IngressMessage): string {
  const call = wantsAnswer === undefined ? "" : `call for ${wantsAnswer}\0`;
  const head = `${call}${value.typename}\0${value.hasValue === false ? "absent" : "value"}\0`;
  return createHash("sha256").update(head).update(value.bytes).digest("base64url");
}
