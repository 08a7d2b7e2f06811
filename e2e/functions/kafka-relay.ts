/**
 * Relays from a Kafka ingress to a Kafka egress (counting-relay.ts). With an empty TOPIC nothing leaves.
 */
import { kafkaRecord } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { countingRelay } from "./counting-relay.ts";

const topic = process.env["TOPIC"] ?? "out";
const relay = countingRelay((key, value, count) => (topic === "" ? undefined : kafkaRecord({ topic, key, value: `${value} ${count}` })));

await serve([relay], { port: Number(process.env["PORT"]) });
