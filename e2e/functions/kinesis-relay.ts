/**
 * Relays from a Kinesis ingress to a Kinesis egress (counting-relay.ts). The stream keeps no key with the data, so the key is in the text.
 */
import { kinesisRecord } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { countingRelay } from "./counting-relay.ts";

const relay = countingRelay((key, value, count) => kinesisRecord({ stream: "out", partitionKey: key, value: `${key} ${value} ${count}` }));

await serve([relay], { port: Number(process.env["PORT"]) });
