/**
 * NatsDelivery: publishes records of the outbox to a subject, many at once. No two records of one sender (or of all, by the `order`
 * setting) are under way together, so their order holds when one fails. Each carries an id that stays the same when it is sent again, also
 * after a restart, by which a stream drops repeats.
 */
import type { EgressRecord } from "@signalbox/runtime";
import { StringWrapper } from "@signalbox/proto";
import type { Delivery } from "../delivery.ts";
import { keyRounds } from "../key-rounds.ts";
import { outgoingHeaders } from "../record-headers.ts";
import { NatsError, natsFailureOf, type NatsFailure } from "./nats-failure.ts";
import { subjectFor } from "./nats-routing.ts";
import type { NatsCalls, OutgoingMessage } from "./nats-wire.ts";

export interface DeliveryRules {
  readonly subject: string;
  readonly stream: string | undefined;
  readonly order: "sender" | "all";
  /** The part of each id before the sequence. */
  readonly idPrefix: string;
  /** What was accepted while an earlier record was not: sequences by id, at most a batch. It outlives the connection. */
  readonly taken: Map<string, number>;
}

const stringType = "io.statefun.types/string";

export class NatsDelivery {
  readonly #calls: NatsCalls;
  readonly #rules: DeliveryRules;

  constructor(calls: NatsCalls, rules: DeliveryRules) {
    this.#calls = calls;
    this.#rules = rules;
  }

  async deliver(records: readonly EgressRecord[]): Promise<Delivery> {
    const { taken } = this.#rules;
    // Ids of another incarnation are of records that a restore took back.
    for (const [id, sequence] of taken) if (sequence < (records[0]?.sequence ?? 0) || id !== this.#idOf({ sequence })) taken.delete(id);
    const left = records.filter((record) => !taken.has(this.#idOf(record)));
    const failures = await this.#publishAll(left);
    const first = records.find((record) => !taken.has(this.#idOf(record)));
    if (first === undefined) return { kind: "delivered", through: records.at(-1)?.sequence ?? 0 };
    const failure = failures.get(first.sequence);
    // Records of one sender wait for each other, so the first one that is left has failed.
    if (failure === undefined) return { kind: "retry", afterMs: 0, what: "it was not sent", cure: "It is sent again by itself." };
    const { what, cure, afterMs } = failure;
    if (failure.kind === "rejected") return { kind: "rejected", sequence: first.sequence, what, cure, excerpt: what.slice(0, 500) };
    return { kind: "retry", through: records.findLast(({ sequence }) => sequence < first.sequence)?.sequence, what, cure, afterMs };
  }

  async #publishAll(records: readonly EgressRecord[]): Promise<Map<number, NatsFailure>> {
    const failures = new Map<number, NatsFailure>();
    const held = new Set<string>();
    for (const round of keyRounds(records, (record) => this.#keyOf(record))) {
      const free = round.filter((record) => !held.has(this.#keyOf(record)));
      await Promise.all(
        free.map(async (record) => {
          try {
            await this.#calls.publish(this.#messageOf(record));
            this.#rules.taken.set(this.#idOf(record), record.sequence);
          } catch (error) {
            failures.set(record.sequence, natsFailureOf(error));
            held.add(this.#keyOf(record));
          }
        }),
      );
    }
    return failures;
  }

  #idOf({ sequence }: Pick<EgressRecord, "sequence">): string {
    return `${this.#rules.idPrefix}${sequence}`;
  }

  #messageOf({ sequence, from, value, headers }: EgressRecord): OutgoingMessage {
    const { subject: template, stream } = this.#rules;
    const subject = subjectFor(template, from.id);
    if (subject === undefined) throw new NatsError({ code: "InvalidSubject", where: template, detail: `the id ${from.id.slice(0, 200)}` });
    const data = value.typename === stringType ? Buffer.from(StringWrapper.decode(value.bytes).value) : value.bytes;
    if (data.length > this.#calls.messageBytesMax)
      throw new NatsError({ code: "TOO_LARGE", where: subject, detail: `${data.length} bytes of ${this.#calls.messageBytesMax}` });
    return { subject, data, id: this.#idOf({ sequence }), stream, headers: outgoingHeaders({ headers }) };
  }

  /** Records with the same key wait for each other. */
  #keyOf({ from }: EgressRecord): string {
    return this.#rules.order === "all" ? "" : `${from.type} ${from.id}`;
  }
}
