/**
 * KafkaIngressSpec, KafkaEgressSpec: what kafka.ts makes of a module's text, as plain data, and the settings made from it. The settings are
 * made in the same way when a module is checked and when a connector opens, so that what was checked is what is used.
 */
import type { Secret } from "../../shape/secret.ts";
import type { InvalidHandling } from "../invalid-handling.ts";
import { kafkaSettings, type SettingsParse } from "./kafka-properties.ts";
import type { TopicRoute } from "./kafka-routing.ts";
import type { OffsetReset } from "./kafka-start.ts";
import type { StartupSpec } from "./kafka-startup.ts";

export interface KafkaConnectionSpec {
  readonly id: string;
  readonly address: string | undefined;
  /** All properties are secrets, because any may hold a password. */
  readonly properties: Readonly<Record<string, Secret>>;
}

export interface KafkaIngressSpec extends KafkaConnectionSpec {
  readonly groupId: string | undefined;
  readonly topics: readonly TopicRoute[];
  readonly reset: OffsetReset | undefined;
  readonly startup: StartupSpec;
  readonly invalid: InvalidHandling;
}

export type DeliverySemantic = "none" | "at-least-once" | "exactly-once";

export interface KafkaEgressSpec extends KafkaConnectionSpec {
  readonly semantic: DeliverySemantic;
  readonly transactionTimeoutMs: number;
  readonly deadLetters: string | undefined;
}

/** The client ids that a broker's log shows. */
export function settingsOf({ id, address, properties }: KafkaConnectionSpec): SettingsParse {
  const revealed = new Map(Object.entries(properties).map(([name, secret]) => [name, secret.reveal()]));
  return kafkaSettings({ address, properties: revealed, clientId: `signalbox-${id.replaceAll("/", "-")}` });
}
