/**
 * KafkaBroker: a real broker, one node that is its own controller, in a directory of its own. kill() is kill -9; start() again goes on with
 * the same data and ports. Listeners: PLAINTEXT, SASL_PLAINTEXT, SSL (client certificate wanted), SASL_SSL.
 * Users: alice/alice-secret (PLAIN), bob/bob-secret (SCRAM), anyone with an unsigned token (OAUTHBEARER).
 */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Admin, Producer, stringSerializers } from "@platformatic/kafka";
import { brokerFolder, fetchBrokerJars, jarsFolder } from "../kafka/broker-jars.ts";
import { Child, freePortsFrom } from "./child.ts";
import { until } from "./until.ts";

const clusterId = "c2lnbmFsYm94LXRlc3RzLQ";
const archive = join(brokerFolder, "classes.jsa");
const consumeIdleMs = 4000;
const consumeAttemptsMax = 3;
const startTimeoutMs = 120_000;
const logConfiguration = `Configuration:
  status: "OFF"
  Appenders: {Console: {name: C, PatternLayout: {pattern: "%d{HH:mm:ss.SSS} %p %c{1} %m%n"}}}
  Loggers: {Root: {level: ERROR, AppenderRef: [{ref: C}]}}
`;

interface Ports {
  readonly plain: number;
  readonly controller: number;
  readonly sasl: number;
  readonly tls: number;
  readonly saslTls: number;
}

export interface BrokerOptions {
  /** Lines for server.properties, which override ours. */
  readonly properties?: readonly string[];
  /** Whether its certificate has expired: see renew(). */
  readonly expired?: boolean;
}

export interface TopicOptions {
  readonly partitions?: number;
  readonly configuration?: Readonly<Record<string, string>>;
}

export interface ProducedRecord {
  readonly key?: string | undefined;
  readonly value: string;
  readonly partition?: number | undefined;
}

export interface ConsumeOptions {
  readonly committed?: boolean;
  readonly atLeast?: number;
}

export class KafkaBroker implements AsyncDisposable {
  readonly folder: string;
  readonly #ports: Ports;
  readonly #properties: readonly string[];
  #child: Child | undefined;

  private constructor(folder: string, ports: Ports, properties: readonly string[]) {
    this.folder = folder;
    this.#ports = ports;
    this.#properties = properties;
  }

  static async start({ properties = [], expired = false }: BrokerOptions = {}): Promise<KafkaBroker> {
    await fetchBrokerJars();
    const folder = mkdtempSync(join(tmpdir(), "signalbox-kafka-"));
    // The ports are below those that the system gives to outgoing connections, so they stay free while the broker is down.
    const [plain = 0, controller = 0, sasl = 0, tls = 0, saslTls = 0] = await freePortsFrom(21_000 + (process.pid % 800) * 10, 5);
    const broker = new KafkaBroker(folder, { plain, controller, sasl, tls, saslTls }, properties);
    try {
      makeAuthority(folder);
      certify(folder, "client");
      certify(folder, "broker", expired ? -1 : certificateDays);
      broker.#writeProperties();
      writeFileSync(join(folder, "log4j2.yaml"), logConfiguration);
      copyFormatted(folder);
      if (!existsSync(archive)) await broker.#writeArchive();
      await broker.start();
    } catch (error) {
      await broker[Symbol.asyncDispose]();
      throw error;
    }
    return broker;
  }

  get address(): string {
    return `127.0.0.1:${this.#ports.plain}`;
  }

  get saslAddress(): string {
    return `127.0.0.1:${this.#ports.sasl}`;
  }

  get tlsAddress(): string {
    return `localhost:${this.#ports.tls}`;
  }

  get saslTlsAddress(): string {
    return `localhost:${this.#ports.saslTls}`;
  }

  /** A file of this broker's authority, or of a client that it knows. */
  file(name: "ca.pem" | "client-chain-and-key.pem"): string {
    return join(this.folder, name);
  }

  get output(): string {
    return this.#child?.output ?? "";
  }

  get running(): boolean {
    return this.#child?.running ?? false;
  }

  async start(): Promise<void> {
    await this.#startWith([`-XX:SharedArchiveFile=${archive}`]);
  }

  async #startWith(flags: readonly string[]): Promise<void> {
    const command = java(this.folder, [...flags, "kafka.Kafka", join(this.folder, "server.properties")]);
    const child = new Child("kafka", command, { cwd: this.folder, env: process.env });
    this.#child = child;
    await until(() => !child.running || accepts(this.#ports.saslTls), { what: "the broker to listen", timeoutMs: startTimeoutMs });
    child.assertRunning();
  }

  /** Writes the classes as one JVM leaves them at its end, so that every later one starts in a second instead of six. */
  async #writeArchive(): Promise<void> {
    const whole = `${archive}.${process.pid}`;
    await this.#startWith([`-XX:ArchiveClassesAtExit=${whole}`]);
    this.signal("SIGTERM");
    await this.#child?.ended();
    if (existsSync(whole)) renameSync(whole, archive);
  }

  /** Makes a valid certificate of the same authority and restarts the broker, which reads it at its start. */
  async renew(): Promise<void> {
    certify(this.folder, "broker");
    this.#writeProperties();
    await this.kill();
    await this.start();
  }

  /** Kills it with kill -9. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.signal(signal);
  }

  /** Rejects when the topic exists already. */
  async createTopic(name: string, { partitions = 1, configuration = {} }: TopicOptions = {}): Promise<void> {
    const configs = Object.entries(configuration).map(([key, value]) => ({ name: key, value }));
    await this.#asAdmin((admin) => admin.createTopics({ topics: [name], partitions, replicas: 1, configs }));
  }

  /** Whether each of its partitions has a leader, so that it takes records. */
  async isReady(name: string, partitions: number): Promise<boolean> {
    let led = 0;
    await this.#asAdmin(async (admin) => {
      const { topics } = await admin.metadata({ topics: [name], forceUpdate: true });
      led = Object.values(topics.get(name)?.partitions ?? {}).filter(({ leader }) => leader >= 0).length;
    });
    return led === partitions;
  }

  async deleteTopic(name: string): Promise<void> {
    await this.#asAdmin((admin) => admin.deleteTopics({ topics: [name] }));
  }

  async setPartitions(name: string, count: number): Promise<void> {
    await this.#asAdmin((admin) => admin.createPartitions({ topics: [{ name, count }] }));
  }

  /** Deletes everything before the offset, as retention does. */
  async deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    await this.#asAdmin((admin) => admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: before }] }] }));
  }

  async produce(topic: string, records: readonly ProducedRecord[]): Promise<void> {
    const producer = new Producer({ clientId: "test", bootstrapBrokers: [this.address], serializers: stringSerializers });
    try {
      await producer.send({
        acks: -1,
        messages: records.map(({ key, value, partition }) => ({
          topic,
          value,
          ...(key === undefined ? {} : { key }),
          ...(partition === undefined ? {} : { partition }),
        })),
      });
    } finally {
      await producer.close();
    }
  }

  async groups(): Promise<string[]> {
    let groups: string[] = [];
    await this.#asAdmin(async (admin) => {
      groups = [...(await admin.listGroups()).keys()];
    });
    return groups;
  }

  /** Returns the output of Kafka's own `kafka-transactions.sh`. */
  async transactionsTool(...parameters: readonly string[]): Promise<string> {
    const tool = ["org.apache.kafka.tools.TransactionsCommand", "--bootstrap-server", this.address, ...parameters];
    const [program, ...all] = java(this.folder, tool);
    return (await promisify(execFile)(program, all, { cwd: this.folder })).stdout;
  }

  async #asAdmin(work: (admin: Admin) => Promise<unknown>): Promise<void> {
    const admin = new Admin({ clientId: "test", bootstrapBrokers: [this.address] });
    try {
      await work(admin);
    } finally {
      await admin.close();
    }
  }

  /**
   * What Java's console consumer sees of a topic from its beginning, one line a record: partition, key, value, with tabs between. It ends
   * when nothing came for a while; on a busy machine it may not have begun by then: it reads all again while it saw fewer than `atLeast`.
   */
  async consumed(topic: string, { committed = true, atLeast = 1 }: ConsumeOptions = {}): Promise<string[]> {
    let lines: string[] = [];
    for (let attempt = 1; attempt <= consumeAttemptsMax; attempt++) {
      lines = await consoleConsumer(this.folder, { topic, address: this.address, committed, idleMs: consumeIdleMs * attempt });
      if (lines.length >= atLeast) break;
    }
    return lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #writeProperties(): void {
    writeFileSync(join(this.folder, "server.properties"), this.#serverProperties());
  }

  #serverProperties(): string {
    const { plain, controller, sasl, tls, saslTls } = this.#ports;
    const listeners = [
      `PLAINTEXT://127.0.0.1:${plain}`,
      `SASL_PLAINTEXT://127.0.0.1:${sasl}`,
      `SSL://localhost:${tls}`,
      `SASL_SSL://localhost:${saslTls}`,
    ];
    const login = "org.apache.kafka.common.security";
    const saslOf = (listener: string): string[] => [
      `listener.name.${listener}.plain.sasl.jaas.config=${login}.plain.PlainLoginModule required user_alice="alice-secret";`,
      `listener.name.${listener}.scram-sha-256.sasl.jaas.config=${login}.scram.ScramLoginModule required;`,
      `listener.name.${listener}.scram-sha-512.sasl.jaas.config=${login}.scram.ScramLoginModule required;`,
      `listener.name.${listener}.oauthbearer.sasl.jaas.config=${login}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    ];
    return [
      "process.roles=broker,controller",
      "node.id=1",
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
      "controller.listener.names=CONTROLLER",
      `listeners=${listeners.join(",")},CONTROLLER://127.0.0.1:${controller}`,
      `advertised.listeners=${listeners.join(",")}`,
      "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL",
      "inter.broker.listener.name=PLAINTEXT",
      "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
      ...saslOf("sasl_plaintext"),
      ...saslOf("sasl_ssl"),
      "ssl.keystore.type=PEM",
      `ssl.keystore.certificate.chain=${oneLine(join(this.folder, "broker.pem"))}`,
      `ssl.keystore.key=${oneLine(join(this.folder, "broker.key"))}`,
      "ssl.truststore.type=PEM",
      `ssl.truststore.certificates=${oneLine(join(this.folder, "ca.pem"))}`,
      "listener.name.ssl.ssl.client.auth=required",
      `log.dirs=${join(this.folder, "data")}`,
      "auto.create.topics.enable=false",
      "offsets.topic.replication.factor=1",
      "offsets.topic.num.partitions=4",
      "transaction.state.log.replication.factor=1",
      "transaction.state.log.min.isr=1",
      "transaction.state.log.num.partitions=4",
      "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000",
      "group.initial.rebalance.delay.ms=0",
      "num.network.threads=2",
      "num.io.threads=2",
      "background.threads=2",
      // A broker that was killed may not register again before its session has ended, so the session is short.
      "broker.session.timeout.ms=1500",
      "broker.heartbeat.interval.ms=300",
      "log.cleaner.dedupe.buffer.size=4194304",
      "log.cleaner.threads=1",
      ...this.#properties,
    ].join("\n");
  }
}

/** Returns the JVM's command line, for a small heap and a quick start. */
function java(folder: string, parameters: readonly string[]): [string, ...string[]] {
  const small = ["-Xmx192m", "-Xms32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable", "-Xlog:all=off"];
  return ["java", ...small, `-Dlog4j2.configurationFile=${join(folder, "log4j2.yaml")}`, "-cp", `${jarsFolder}/*`, ...parameters];
}

/** Copies a formatted data directory with SCRAM users, which is made once, because formatting takes a JVM of its own. */
function copyFormatted(folder: string): void {
  const formatted = join(brokerFolder, "formatted");
  if (!existsSync(formatted)) {
    const users = ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => ["--add-scram", `${mechanism}=[name=bob,password=bob-secret]`]);
    const properties = join(folder, "server.properties");
    const [program, ...parameters] = java(folder, ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties, ...users]);
    execFileSync(program, parameters, { stdio: "pipe" });
    const whole = `${formatted}.${process.pid}`;
    cpSync(join(folder, "data"), whole, { recursive: true });
    try {
      renameSync(whole, formatted);
    } catch {
      rmSync(whole, { recursive: true, force: true });
    }
    return;
  }
  cpSync(formatted, join(folder, "data"), { recursive: true });
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const certificateDays = 30;

function openssl(folder: string, ...parameters: readonly string[]): void {
  execFileSync("openssl", parameters, { cwd: folder, stdio: "pipe" });
}

function makeAuthority(folder: string): void {
  openssl(folder, "req", "-x509", ...newKey, "-days", "30", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem");
  writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost,IP:127.0.0.1");
}

function certify(folder: string, name: "broker" | "client", days = certificateDays): void {
  const subject = name === "broker" ? "/CN=localhost" : "/CN=client";
  openssl(folder, "req", ...newKey, "-subj", subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
  const signed = ["-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", String(days)];
  openssl(folder, "x509", ...signed, "-extfile", "names", "-out", `${name}.pem`);
  const both = [`${name}.pem`, `${name}.key`].map((file) => readFileSync(join(folder, file), "utf8"));
  if (name === "client") writeFileSync(join(folder, "client-chain-and-key.pem"), both.join(""));
}

function oneLine(file: string): string {
  return readFileSync(file, "utf8").trimEnd().replaceAll("\n", "\\n");
}

async function consoleConsumer(
  folder: string,
  { topic, address, committed, idleMs }: { topic: string; address: string; committed: boolean; idleMs: number },
): Promise<string[]> {
  const lines: string[] = [];
  const parameters = [
    "org.apache.kafka.tools.consumer.ConsoleConsumer",
    ...["--bootstrap-server", address, "--topic", topic, "--from-beginning"],
    ...["--isolation-level", committed ? "read_committed" : "read_uncommitted"],
    ...["--timeout-ms", String(idleMs)],
    ...["--formatter-property", "print.key=true", "--formatter-property", "print.partition=true"],
  ];
  const file = join(folder, `consumed-${topic}.log`);
  rmSync(file, { force: true });
  const child = new Child("console consumer", java(folder, parameters), { cwd: folder, env: process.env, logFile: file });
  await child.ended();
  for (const line of readFileSync(file, "utf8").split("\n")) if (line.startsWith("Partition:")) lines.push(line);
  return lines;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "localhost");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}
