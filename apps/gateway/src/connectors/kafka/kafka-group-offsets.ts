/**
 * GroupOffsets: commits what is durable here to the consumer group every few seconds, for tools that watch the group. Nothing here depends
 * on it, so when the group refuses (it has members, or we have no right) the commit is tried again later.
 */
import type { IngressContext } from "../connector.ts";
import type { KafkaCalls } from "./kafka-client.ts";
import { parsePosition } from "./kafka-position.ts";
import type { TopicPartition } from "./kafka-wire.ts";

const tellEachMs = 5_000;

export class GroupOffsets {
  readonly #client: Pick<KafkaCalls, "commitOffsets">;
  readonly #groupId: string;
  readonly #context: Pick<IngressContext, "wait" | "signal">;
  /** The positions by part that are not committed to the group yet. */
  #moved = new Map<string, string>();

  constructor(client: Pick<KafkaCalls, "commitOffsets">, groupId: string, context: Pick<IngressContext, "wait" | "signal">) {
    this.#client = client;
    this.#groupId = groupId;
    this.#context = context;
  }

  moved(part: string, position: string): void {
    this.#moved.set(part, position);
  }

  async run(): Promise<void> {
    const { signal, wait } = this.#context;
    while (!signal.aborted) {
      await wait(tellEachMs);
      if (!signal.aborted) await this.#tell();
    }
  }

  /** Called before the client is closed. */
  async last(): Promise<void> {
    await this.#tell();
  }

  async #tell(): Promise<void> {
    const moved = this.#moved;
    if (moved.size === 0) return;
    this.#moved = new Map();
    try {
      await this.#client.commitOffsets(this.#groupId, [...moved].flatMap(offsetOf));
    } catch {
      for (const [part, position] of moved) if (!this.#moved.has(part)) this.#moved.set(part, position);
    }
  }
}

function offsetOf([part, text]: readonly [string, string]): (TopicPartition & { readonly offset: bigint })[] {
  const at = part.lastIndexOf("/");
  const parsed = parsePosition(text);
  if (parsed.kind === "unreadable") return [];
  return [{ topic: part.slice(0, at), partition: Number(part.slice(at + 1)), offset: parsed.position.next }];
}
