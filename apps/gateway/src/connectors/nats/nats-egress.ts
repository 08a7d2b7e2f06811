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

export async function openNatsEgress(
  spec: NatsEgressSpec,
  context: EgressContext,
  connect: ConnectNats = connectNats,
): Promise<OpenEgress> {
  let calls: NatsCalls | undefined;
  try {
    calls = await connect(spec.access, context);
    const { subject, stream, order, deadLetters } = spec;
    const delivery = new NatsDelivery(calls, { subject, stream, order, idPrefix: `${await context.incarnation()}/${context.id}/` });
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
