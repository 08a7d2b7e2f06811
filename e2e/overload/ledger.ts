/**
 * Ledger: what the gateway accepted, one count and one sum for each entity, and the comparison with what the entities hold in the end.
 * A savepoint is the witness: one SQLite file with every state and every message that waits, read with plain SQL.
 */
import { DatabaseSync } from "node:sqlite";
import { readTotal, totalState } from "../functions/slow-adder-values.ts";
import type { Gateway } from "../stack/gateway.ts";

/** The time that a savepoint of millions of entities takes on a busy machine. */
const savepointMsMax = 30 * 60_000;

export interface Audit {
  readonly accepted: number;
  readonly processed: number;
  /** Entities whose count or sum is not what was accepted for them. */
  readonly wrongEntities: number;
  readonly firstWrong: string | undefined;
  /** Messages that still waited. */
  readonly waiting: number;
}

export class Ledger {
  readonly type: string;
  readonly #messages: Uint32Array;
  readonly #sums: Uint32Array;
  accepted = 0;

  constructor(type: string, entities: number) {
    this.type = type;
    this.#messages = new Uint32Array(entities);
    this.#sums = new Uint32Array(entities);
  }

  add(entity: number, number: number): void {
    this.accepted++;
    this.#messages[entity] = (this.#messages[entity] ?? 0) + 1;
    this.#sums[entity] = (this.#sums[entity] ?? 0) + number;
  }

  async audit(gateway: Gateway): Promise<Audit> {
    const savepoint = await gateway.api.takeSavepoint({ timeoutMs: savepointMsMax });
    using database = new DatabaseSync(savepoint.path, { readOnly: true });
    const messages = this.#messages.slice();
    const sums = this.#sums.slice();
    const rows = database.prepare("SELECT id, value FROM state WHERE type = ? AND name = ?").iterate(this.type, totalState);
    let processed = 0;
    for (const row of rows) {
      const entity = entityOf(String(row["id"]));
      const value = row["value"];
      const total = readTotal(value instanceof Uint8Array ? value : undefined);
      processed += total.messages;
      messages[entity] = (messages[entity] ?? 0) - total.messages;
      sums[entity] = (sums[entity] ?? 0) - total.sum;
    }
    const wrong = messages.findIndex((left, entity) => left !== 0 || sums[entity] !== 0);
    const wrongEntities = messages.reduce((count, left, entity) => count + (left !== 0 || sums[entity] !== 0 ? 1 : 0), 0);
    const left = database.prepare("SELECT count(*) AS waiting FROM message WHERE target_type = ?").get(this.type);
    return {
      accepted: this.accepted,
      processed,
      wrongEntities,
      firstWrong: wrong < 0 ? undefined : `${idOf(wrong)}: ${(messages[wrong] ?? 0) | 0} messages too few`,
      waiting: Number(left?.["waiting"] ?? 0),
    };
  }
}

export function idOf(entity: number): string {
  return `user-${entity}`;
}

function entityOf(id: string): number {
  return Number(id.slice("user-".length));
}
