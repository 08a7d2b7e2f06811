/** The properties of Java's clients in a module: what they become, and which are named as wrong, without effect or unknown. */
import { describe, expect, it } from "vitest";
import { kafkaSettings } from "../../../src/connectors/kafka/kafka-properties.ts";

function parsed(properties: Record<string, string>, address: string | undefined = "broker:9092") {
  return kafkaSettings({ address, properties: new Map(Object.entries(properties)), clientId: "signalbox" });
}

const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="ali\\"ce" password=\'p w;d\';';

describe("the properties of a Kafka module", () => {
  it("name brokers with and without a port, in square brackets too", () => {
    const { settings, issues } = parsed({}, "a, b:1234,[::1]:9093,SSL://c:5");
    expect(issues).toEqual([]);
    expect(settings.connection.bootstrap).toEqual([
      { host: "a", port: 9092 },
      { host: "b", port: 1234 },
      { host: "::1", port: 9093 },
      { host: "c", port: 5 },
    ]);
  });

  it("may name the brokers themselves; the module's address wins", () => {
    expect(parsed({ "bootstrap.servers": "x:1" }).settings.connection.bootstrap).toEqual([{ host: "broker", port: 9092 }]);
    const without = kafkaSettings({ address: undefined, properties: new Map([["bootstrap.servers", "x:1"]]), clientId: "s" });
    expect(without.settings.connection.bootstrap).toEqual([{ host: "x", port: 1 }]);
  });

  it("must name a broker", () => {
    const none = kafkaSettings({ address: undefined, properties: new Map(), clientId: "s" });
    expect(none.issues).toMatchObject([{ severity: "error", property: "address" }]);
  });

  it("give user and password through the JAAS line", () => {
    const { settings, issues } = parsed({ "security.protocol": "sasl_ssl", "sasl.mechanism": "PLAIN", "sasl.jaas.config": plain });
    expect(issues).toEqual([]);
    const { tls, saslMechanism, login } = settings.security;
    expect({ tls, saslMechanism, user: login["username"]?.reveal(), password: login["password"]?.reveal() }).toEqual({
      ...{ tls: true, saslMechanism: "PLAIN" },
      ...{ user: 'ali"ce', password: "p w;d" },
    });
    expect(JSON.stringify(settings)).not.toContain("p w;d");
  });

  it("want mechanism and login with SASL", () => {
    const { issues } = parsed({ "security.protocol": "SASL_PLAINTEXT" });
    expect(issues.map(({ property }) => property)).toEqual(["sasl.mechanism", "sasl.jaas.config"]);
  });

  it("want a password with the user", () => {
    const { issues } = parsed({
      "security.protocol": "SASL_PLAINTEXT",
      "sasl.mechanism": "SCRAM-SHA-512",
      "sasl.jaas.config": 'x.ScramLoginModule required username="a";',
    });
    expect(issues).toMatchObject([{ severity: "error", property: "sasl.jaas.config", message: 'it has no password="…"' }]);
  });

  it("read committed records unless they say otherwise", () => {
    expect(parsed({}).settings.consumer.committedOnly).toBe(true);
    expect(parsed({ "isolation.level": "read_uncommitted" }).settings.consumer.committedOnly).toBe(false);
  });

  it("bound one answer of a fetch, whatever they say", () => {
    expect(parsed({ "max.partition.fetch.bytes": "2000000000" }).settings.consumer.partitionMaxBytes).toBe(64 * 1024 * 1024);
  });

  it.each([
    ["acks", "2", "none of 0, 1, -1, all"],
    ["fetch.min.bytes", "one", "no whole number"],
    ["compression.type", "brotli", "none of none"],
    ["ssl.truststore.type", "JKS", "as PEM"],
  ])("say what is wrong with %s: %s", (property, value, message) => {
    expect(parsed({ [property]: value }).issues).toMatchObject([
      { severity: "error", property, message: expect.stringContaining(message) },
    ]);
  });

  it("are named when they have no effect or are unknown", () => {
    expect(parsed({ "linger.ms": "5", "compresion.type": "gzip" }).issues).toMatchObject([
      { severity: "warning", property: "linger.ms" },
      { severity: "warning", property: "compresion.type", suggestion: "compression.type" },
    ]);
  });
});
