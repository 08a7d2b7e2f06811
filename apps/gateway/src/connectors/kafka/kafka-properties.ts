/**
 * kafkaSettings: turns a module's properties, which have the names of Kafka's Java clients, into settings for this folder. There are three
 * kinds of names: those that count here, those that are accepted without effect because the engine does it another way, and unknown ones,
 * which are reported with the nearest known name.
 */
import { nearestWord } from "../../shared/nearest-word.ts";
import { Secret } from "../../shape/secret.ts";
import { jaasOptions } from "./jaas-options.ts";
import type { KafkaConnectionOptions, ProduceOptions } from "./kafka-client.ts";
import type { OffsetReset } from "./kafka-start.ts";
import type { Broker } from "./kafka-wire.ts";

export interface KafkaSettings {
  readonly connection: Omit<KafkaConnectionOptions, "tls" | "sasl" | "refusal">;
  readonly security: KafkaSecurity;
  readonly metadataAgeMs: number;
  readonly consumer: ConsumerSettings;
  readonly producer: ProducerSettings;
}

/** Texts and paths of files; kafka-security.ts reads the files. */
export interface KafkaSecurity {
  readonly tls: boolean;
  readonly saslMechanism: (typeof mechanisms)[number] | undefined;
  readonly login: Readonly<Record<string, Secret>>;
  readonly tokenUrl: string | undefined;
  readonly truststore: Store;
  readonly keystore: Store & { readonly key: Secret | undefined; readonly keyPassword: Secret | undefined };
  readonly checkHostName: boolean;
}

export interface Store {
  readonly location: string | undefined;
  /** PEM text in place of a file. */
  readonly inline: string | undefined;
  readonly type: "PEM" | "PKCS12";
  readonly password: Secret | undefined;
}

export interface ConsumerSettings {
  readonly committedOnly: boolean;
  readonly minBytes: number;
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  readonly recordsMax: number;
  readonly groupId: string | undefined;
  readonly reset: OffsetReset | undefined;
}

export interface ProducerSettings {
  readonly acks: 0 | 1 | -1;
  readonly compression: ProduceOptions["compression"];
  readonly requestBytesMax: number;
  readonly transactionTimeoutMs: number | undefined;
}

export interface PropertyIssue {
  readonly severity: "error" | "warning";
  readonly property: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

export interface SettingsParse {
  readonly settings: KafkaSettings;
  readonly issues: readonly PropertyIssue[];
}

const portDefault = 9092;
const int32Max = 2 ** 31 - 1;
/** The most bytes of one answer to a fetch, even when a module allows more. */
const fetchBytesMax = 64 * 1024 * 1024;
const protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] as const;
const mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] as const;
const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

const used = [
  ...[
    "bootstrap.servers",
    "client.id",
    "security.protocol",
    "request.timeout.ms",
    "socket.connection.setup.timeout.ms",
    "metadata.max.age.ms",
  ],
  ...["sasl.mechanism", "sasl.jaas.config", "sasl.oauthbearer.token.endpoint.url"],
  ...["ssl.truststore.location", "ssl.truststore.type", "ssl.truststore.password", "ssl.truststore.certificates"],
  ...["ssl.keystore.location", "ssl.keystore.type", "ssl.keystore.password", "ssl.keystore.key", "ssl.keystore.certificate.chain"],
  ...["ssl.key.password", "ssl.endpoint.identification.algorithm"],
  ...["isolation.level", "fetch.min.bytes", "fetch.max.wait.ms", "fetch.max.bytes", "max.partition.fetch.bytes", "max.poll.records"],
  ...["group.id", "auto.offset.reset"],
  ...["acks", "compression.type", "max.request.size", "transaction.timeout.ms"],
] as const;

/** Properties of the Java clients without effect here, because the engine's epochs, positions and outbox do their work. */
const withoutEffect = new Set([
  ...["key.deserializer", "value.deserializer", "key.serializer", "value.serializer", "enable.auto.commit", "auto.commit.interval.ms"],
  ...["session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms", "partition.assignment.strategy", "group.instance.id"],
  ...["group.protocol", "allow.auto.create.topics", "exclude.internal.topics", "check.crcs", "client.rack", "default.api.timeout.ms"],
  ...["linger.ms", "batch.size", "buffer.memory", "retries", "retry.backoff.ms", "retry.backoff.max.ms", "delivery.timeout.ms"],
  ...["enable.idempotence", "max.in.flight.requests.per.connection", "max.block.ms", "partitioner.class", "partitioner.ignore.keys"],
  ...["reconnect.backoff.ms", "reconnect.backoff.max.ms", "connections.max.idle.ms", "send.buffer.bytes", "receive.buffer.bytes"],
  ...["client.dns.lookup", "interceptor.classes", "metric.reporters", "metrics.num.samples", "metrics.recording.level"],
  ...["socket.connection.setup.timeout.max.ms", "metadata.max.idle.ms", "ssl.protocol", "ssl.enabled.protocols", "ssl.provider"],
  ...["ssl.cipher.suites", "ssl.keymanager.algorithm", "ssl.trustmanager.algorithm", "ssl.secure.random.implementation"],
  ...["sasl.login.callback.handler.class", "sasl.client.callback.handler.class", "sasl.kerberos.service.name"],
  ...["flink.partition-discovery.interval-millis", "transactional.id"],
]);

/** Names that Kafka's Java clients know, whether they count here or not. */
export const kafkaPropertyNames: readonly string[] = [...used, ...withoutEffect];

export function isKafkaProperty(name: string): boolean {
  return kafkaPropertyNames.includes(name);
}

export interface KafkaSource {
  readonly address: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
  /** The client id for the broker's log and quotas, unless a property names another one. */
  readonly clientId: string;
}

export function kafkaSettings({ address, properties, clientId }: KafkaSource): SettingsParse {
  const read = new PropertyReader(properties);
  const protocol = read.word("security.protocol", protocols) ?? "PLAINTEXT";
  const bootstrap = read.brokers(address);
  const settings: KafkaSettings = {
    connection: {
      bootstrap,
      clientId: read.text("client.id") ?? clientId,
      connectTimeoutMs: read.integer("socket.connection.setup.timeout.ms", 1) ?? 10_000,
      requestTimeoutMs: read.integer("request.timeout.ms", 1) ?? 30_000,
    },
    security: securityOf(read, protocol),
    metadataAgeMs: read.integer("metadata.max.age.ms", 0) ?? 300_000,
    consumer: {
      // Unlike Java's default, because records of aborted transactions must not be read.
      committedOnly: read.word("isolation.level", ["read_committed", "read_uncommitted"]) !== "read_uncommitted",
      minBytes: read.integer("fetch.min.bytes", 0) ?? 1,
      maxWaitMs: read.integer("fetch.max.wait.ms", 0) ?? 500,
      maxBytes: Math.min(read.integer("fetch.max.bytes", 1) ?? 8 * 1024 * 1024, fetchBytesMax),
      partitionMaxBytes: Math.min(read.integer("max.partition.fetch.bytes", 1) ?? 1024 * 1024, fetchBytesMax),
      recordsMax: read.integer("max.poll.records", 1) ?? 500,
      groupId: read.text("group.id"),
      reset: read.word("auto.offset.reset", ["earliest", "latest"]),
    },
    producer: {
      acks: acksOf(read.word("acks", ["0", "1", "-1", "all"])),
      compression: read.word("compression.type", compressions) ?? "none",
      requestBytesMax: read.integer("max.request.size", 1) ?? 1_000_000,
      transactionTimeoutMs: read.integer("transaction.timeout.ms", 1),
    },
  };
  read.nameOthers();
  return { settings, issues: read.issues };
}

function acksOf(word: "0" | "1" | "-1" | "all" | undefined): 0 | 1 | -1 {
  if (word === "0") return 0;
  return word === "1" ? 1 : -1;
}

function securityOf(read: PropertyReader, protocol: (typeof protocols)[number]): KafkaSecurity {
  const jaas = read.text("sasl.jaas.config");
  const sasl = protocol.startsWith("SASL");
  const mechanism = read.word("sasl.mechanism", mechanisms);
  const login =
    jaas === undefined ? {} : (jaasOptions(jaas) ?? read.wrong("sasl.jaas.config", 'it has no `…LoginModule required name="value" …;`'));
  if (sasl && mechanism === undefined) read.missing("sasl.mechanism", `one of ${mechanisms.join(", ")}`);
  if (sasl && jaas === undefined) read.missing("sasl.jaas.config", "the login module with its user and password");
  if (sasl && (mechanism === "PLAIN" || mechanism?.startsWith("SCRAM") === true))
    for (const name of ["username", "password"])
      if (jaas !== undefined && login?.[name] === undefined) read.wrong("sasl.jaas.config", `it has no ${name}="…"`);
  if (!sasl && mechanism !== undefined)
    read.note("sasl.mechanism", "it has no effect without security.protocol SASL_PLAINTEXT or SASL_SSL");
  const type = (name: "ssl.truststore.type" | "ssl.keystore.type"): "PEM" | "PKCS12" => {
    const word = read.word(name, ["PEM", "PKCS12", "JKS"]);
    if (word === "JKS")
      read.wrong(
        name,
        "a JKS file can be read by Java only; write it as PEM: keytool -importkeystore … -deststoretype PKCS12, then openssl pkcs12 -nodes",
      );
    return word === "PKCS12" ? "PKCS12" : "PEM";
  };
  return {
    tls: protocol.endsWith("SSL"),
    saslMechanism: sasl ? mechanism : undefined,
    login: Object.fromEntries(Object.entries(login ?? {}).map(([name, text]) => [name, new Secret(text)])),
    tokenUrl: read.text("sasl.oauthbearer.token.endpoint.url"),
    truststore: {
      location: read.text("ssl.truststore.location"),
      inline: read.text("ssl.truststore.certificates"),
      type: type("ssl.truststore.type"),
      password: read.secret("ssl.truststore.password"),
    },
    keystore: {
      location: read.text("ssl.keystore.location"),
      inline: read.text("ssl.keystore.certificate.chain"),
      type: type("ssl.keystore.type"),
      password: read.secret("ssl.keystore.password"),
      key: read.secret("ssl.keystore.key"),
      keyPassword: read.secret("ssl.key.password"),
    },
    checkHostName: read.text("ssl.endpoint.identification.algorithm") !== "",
  };
}

class PropertyReader {
  readonly issues: PropertyIssue[] = [];
  readonly #properties: ReadonlyMap<string, string>;

  constructor(properties: ReadonlyMap<string, string>) {
    this.#properties = properties;
  }

  secret(name: (typeof used)[number]): Secret | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : new Secret(text);
  }

  text(name: (typeof used)[number]): string | undefined {
    return this.#properties.get(name);
  }

  word<Word extends string>(name: (typeof used)[number], words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (found === undefined) this.#error(name, `\`${text}\` is none of ${words.join(", ")}`, nearestWord(text, words));
    return found;
  }

  integer(name: (typeof used)[number], least: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= int32Max) return value;
    this.#error(name, `\`${text}\` is no whole number from ${least} to ${int32Max}`);
    return undefined;
  }

  brokers(address: string | undefined): Broker[] {
    const text = address ?? this.text("bootstrap.servers");
    if (text === undefined || text.trim() === "") {
      this.#error("address", "no broker is named; write `address: host:port`, or the property bootstrap.servers");
      return [];
    }
    return text.split(",").flatMap((one) => {
      const broker = brokerOf(one.trim());
      if (broker === undefined) this.#error("address", `\`${one.trim()}\` is no host:port`);
      return broker === undefined ? [] : [broker];
    });
  }

  wrong(name: (typeof used)[number], reason: string): undefined {
    this.#error(name, reason);
    return undefined;
  }

  missing(name: (typeof used)[number], what: string): void {
    this.#error(name, `it is not there; security.protocol wants ${what}`);
  }

  note(property: string, message: string): void {
    this.issues.push({ severity: "warning", property, message });
  }

  /** Reports properties that have no meaning here. */
  nameOthers(): void {
    const known = new Set<string>(used);
    for (const name of this.#properties.keys()) {
      if (known.has(name)) continue;
      if (withoutEffect.has(name)) this.note(name, "it has no effect here: epochs, positions and the outbox do what it is for");
      else
        this.issues.push({
          severity: "warning",
          property: name,
          message: "it is not known here and has no effect",
          suggestion: nearestWord(name, used),
        });
    }
  }

  #error(property: string, message: string, suggestion?: string): void {
    this.issues.push({ severity: "error", property, message, suggestion });
  }
}

/** host, host:port or [::1]:port, with or without `protocol://`. */
function brokerOf(text: string): Broker | undefined {
  const match = /^(?:[A-Z_]+:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const port = match[3] === undefined ? portDefault : Number(match[3]);
  return port >= 1 && port <= 65_535 ? { host: match[1] ?? match[2] ?? "", port } : undefined;
}
