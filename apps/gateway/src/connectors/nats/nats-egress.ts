/**
 * openNatsEgress: publishes records to a subject of a stream. The ids of messages include the incarnation of the state, because after a
 * restore the same sequences mean other records.
 */
import type { EgressContext, OpenEgress } from "../connector.ts";
import { connectNats, type ConnectNats } from "./nats-client.ts";
import { NatsDelivery } from "./nats-delivery.ts";
import { connectorFailureOf, NatsError } from "./nats-failure.ts";
import type { NatsCalls } from "./nats-wire.ts";
import type { NatsEgressSpec } from "./nats.ts";

const batchRecordsMax = 500;

/**
 * What the stream of a declaration accepted out of turn, over all its connections: when a server was away for longer than the stream's
 * window, the stream itself no longer knows it.
 */
const takenOf = new WeakMap<NatsEgressSpec, Map<string, number>>();

export async function openNatsEgress(
  spec: NatsEgressSpec,
  context: EgressContext,
  connect: ConnectNats = connectNats,
): Promise<OpenEgress> {
  let calls: NatsCalls | undefined;
  try {
    calls = await connect(spec.access, context);
    const { subject, stream, order, deadLetters } = spec;
    const taken = takenOf.get(spec) ?? new Map<string, number>();
    takenOf.set(spec, taken);
    const idPrefix = `${await context.incarnation()}/${context.id}/`;
    const delivery = new NatsDelivery(calls, { subject, stream, order, idPrefix, taken });
    const { closed, close } = calls;
    return {
      deadLetters,
      batchRecordsMax,
      deliver: (records) => delivery.deliver(records),
      ended: closed.then((error) => {
        throw connectorFailureOf(error ?? new NatsError({ code: "ConnectionError", where: subject, detail: "" }));
      }),
      close,
    };
  } catch (error) {
    await calls?.close();
    throw connectorFailureOf(error);
  }
}
