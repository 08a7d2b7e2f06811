/** The kinds of ingresses and egresses, one line each. A new kind is its own folder and its line here (docs/write-a-connector.md). */
import type { Connector } from "./connector.ts";
import { httpEgress } from "./http/http.ts";
import { kafkaEgress, kafkaIngress } from "./kafka/kafka.ts";
import { kinesisEgress, kinesisIngress } from "./kinesis/kinesis.ts";
import { logEgress } from "./log/log.ts";
import { scheduleIngress } from "./schedule/schedule.ts";
import { webhookIngress } from "./webhook/webhook.ts";
import { natsEgress, natsIngress } from "./nats/nats.ts";
import { playgroundEgress, playgroundIngress } from "./playground/playground.ts";

export const connectors: readonly Connector[] = [
  playgroundIngress,
  playgroundEgress,
  logEgress,
  httpEgress,
  webhookIngress,
  scheduleIngress,
  kafkaIngress,
  kafkaEgress,
  kinesisIngress,
  kinesisEgress,
  natsIngress,
  natsEgress,
];

export const connectorOf: ReadonlyMap<string, Connector> = new Map(connectors.map((connector) => [connector.kind, connector]));
