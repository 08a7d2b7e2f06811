/** connectKafka: a client from a module's words: certificates are read now, so a renewed one counts at each opening, and brokers have to be where something may be called. */
import type { LookupFunction } from "node:net";
import { readRegularFile } from "@signalbox/runtime/regular-file";
import type { ConnectorContext } from "../connector.ts";
import { KafkaClient } from "./kafka-client.ts";
import type { KafkaSettings } from "./kafka-properties.ts";
import { connectionOptions } from "./kafka-security.ts";

const fileBytesMax = 1024 * 1024;

export type ConnectKafka = (settings: KafkaSettings, context: ConnectorContext) => Promise<KafkaClient>;

export const connectKafka: ConnectKafka = async (settings, { places, nowMs }) => {
  const options = await connectionOptions(settings, {
    readFile: (location) => readRegularFile(location, fileBytesMax),
    nowMs,
    refusal: async ({ host }) => places.hostRefusal(host) ?? (await lookupRefusal(places.lookup, host)),
  });
  return new KafkaClient(options);
};

/** Only what is forbidden counts here: a name that is not known is named by the connection. */
function lookupRefusal(lookup: LookupFunction, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    lookup(host, {}, (error) => resolve(error?.code === "FORBIDDEN_PLACE" ? error.message : undefined));
  });
}
