/**
 * connectKafka: makes a client from a module's settings. Certificates are read at each opening, so renewed ones count, and brokers must be
 * at allowed places.
 */
import { readRegularFile } from "@signalbox/runtime/regular-file";
import type { ConnectorContext } from "../connector.ts";
import { placeRefusal } from "../place-refusal.ts";
import { KafkaClient, type KafkaCalls } from "./kafka-client.ts";
import type { KafkaSettings } from "./kafka-properties.ts";
import { connectionOptions } from "./kafka-security.ts";

const fileBytesMax = 1024 * 1024;

export type ConnectKafka = (settings: KafkaSettings, context: ConnectorContext) => Promise<KafkaCalls>;

export const connectKafka: ConnectKafka = async (settings, { places, nowMs }) => {
  const options = await connectionOptions(settings, {
    readFile: (location) => readRegularFile(location, fileBytesMax),
    nowMs,
    refusal: ({ host }) => placeRefusal(places, host),
  });
  return new KafkaClient(options);
};
