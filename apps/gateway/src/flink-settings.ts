/**
 * FlinkSettings: the settings that have an effect when functions run on Apache Flink (SIGNALBOX_RUNTIME=flink). Neighbours: env.ts reads
 * them with all others, open-flink.ts opens the runtime with them.
 */
import { resolve } from "node:path";
import { z } from "zod";
import { listSetting, portSetting, textSetting, wholeNumber, wordSetting, type Setting } from "./setting.ts";

export interface FlinkSettings {
  readonly url: string;
  /** The complete value of the header Authorization. */
  readonly authorization: string | undefined;
  /** The absolute path of a file that holds that value, or a token. */
  readonly authorizationFile: string | undefined;
  /** The absolute path of a PEM file. */
  readonly authorityFile: string | undefined;
  readonly host: string;
  readonly port: number;
  /** The URL by which the cluster reaches the gateway; when undefined it is http://<host>:<port>. */
  readonly gatewayUrl: string | undefined;
  /** 0 stands for as many slots as are free. */
  readonly parallelism: number;
  readonly poolConnectionsMax: number;
  readonly requestsPerTaskMax: number;
  readonly checkpointIntervalMs: number;
  readonly checkpointMode: "exactly-once" | "at-least-once";
  readonly savepointFolder: string | undefined;
  readonly startFrom: string | undefined;
  /** The endpoints that Flink calls itself. */
  readonly direct: readonly string[];
  /** Which side reads and writes Kafka and Kinesis. */
  readonly connectors: "statefun" | "gateway";
  /** The variables that say where Java and the jars of Flink are. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

function urlSetting(variable: string, rest: Omit<Setting<string>, "variable" | "schema">): Setting<string> {
  const isUrl = (text: string): boolean => /^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?$/i.test(text) && URL.canParse(text);
  return { variable, ...rest, schema: z.string().trim().refine(isUrl) };
}

function countSetting(variable: string, fallback: number, rest: { meaning: string; least: number; most: number }): Setting<number> {
  const { meaning, least, most } = rest;
  const schema = wholeNumber.pipe(z.number().min(least).max(most));
  return { variable, fallback, meaning, cure: `write a whole number from ${least} to ${most}`, schema };
}

/** A pool of 128 and 256 requests a task keep a Node process busy; StateFun's own 1 024 and 32 768 opened 1 900 connections to one and stalled. */
export const flinkSettings = {
  runtime: wordSetting("SIGNALBOX_RUNTIME", ["embedded", "flink"], {
    fallback: "embedded",
    meaning: "What runs functions: the engine in this process, or a cluster of Apache Flink with StateFun ([docs/scale.md](docs/scale.md))",
  }),
  url: urlSetting("SIGNALBOX_FLINK_URL", {
    fallback: "http://127.0.0.1:8081",
    meaning: "With Flink: the REST API of the JobManager",
    cure: "write http://host:port or https://host:port",
  }),
  authorization: {
    ...textSetting("SIGNALBOX_FLINK_AUTHORIZATION", {
      fallback: "",
      fallbackText: "none",
      meaning: "With Flink: the header Authorization of every request to it, where a proxy before it wants one",
      cure: "write Bearer and a token, or Basic and user:password in base64",
    }),
    isSecret: true,
    schema: z
      .string()
      .trim()
      .regex(/^(Bearer|Basic) [\x21-\x7e]+$/),
  } satisfies Setting<string>,
  authorizationFile: textSetting("SIGNALBOX_FLINK_AUTHORIZATION_FILE", {
    fallback: "",
    fallbackText: "none",
    meaning: "With Flink: the same from a file, for example a mounted token (a token alone goes as Bearer); read again when it changes",
    cure: "write the path of a file that holds the header or a token",
  }),
  authorityFile: textSetting("SIGNALBOX_FLINK_CA", {
    fallback: "",
    fallbackText: "none: those that Node knows",
    meaning:
      "With Flink: PEM file of authorities that vouch for the certificate of an https URL, beside those that Node knows; read again when it changes",
    cure: "write the path of a PEM file",
  }),
  host: textSetting("SIGNALBOX_FLINK_HOST", {
    fallback: "127.0.0.1",
    meaning: "With Flink: address of the port at which the cluster fetches messages and brings records",
    cure: "write an address of this machine",
  }),
  port: portSetting("SIGNALBOX_FLINK_PORT", 4282, "With Flink: that port; its requests carry a token that is part of the job"),
  gatewayUrl: urlSetting("SIGNALBOX_FLINK_GATEWAY_URL", {
    fallback: "",
    fallbackText: "`http://<SIGNALBOX_FLINK_HOST>:<SIGNALBOX_FLINK_PORT>`",
    meaning: "With Flink: by which the TaskManagers reach that port",
    cure: "write http://host:port or https://host:port",
  }),
  parallelism: countSetting("SIGNALBOX_FLINK_PARALLELISM", 0, {
    meaning: "With Flink: parallelism of the job; 0: as many slots as are free when it starts",
    least: 0,
    most: 32_768,
  }),
  poolConnectionsMax: countSetting("SIGNALBOX_FLINK_POOL_CONNECTIONS_MAX", 128, {
    meaning: "With Flink: connections of one TaskManager to one endpoint, whatever a module says beyond it",
    least: 1,
    most: 65_535,
  }),
  requestsPerTaskMax: countSetting("SIGNALBOX_FLINK_REQUESTS_PER_TASK_MAX", 256, {
    meaning: "With Flink: requests to functions that one subtask has in flight",
    least: 1,
    most: 1_000_000,
  }),
  checkpointIntervalMs: countSetting("SIGNALBOX_FLINK_CHECKPOINT_INTERVAL_MS", 1_000, {
    meaning: "With Flink: milliseconds between two checkpoints of the job; records of egresses come out with them",
    least: 10,
    most: 3_600_000,
  }),
  checkpointMode: wordSetting("SIGNALBOX_FLINK_CHECKPOINT_MODE", ["exactly-once", "at-least-once"], {
    fallback: "exactly-once",
    meaning:
      "With Flink: `at-least-once` takes checkpoints without waiting for all tasks to come to the same point; after a failure what they had sent each other may count twice",
  }),
  savepointFolder: {
    ...textSetting("SIGNALBOX_FLINK_SAVEPOINTS", {
      fallback: "",
      fallbackText: "the cluster's own `state.savepoints.dir`",
      meaning: "With Flink: folder of its savepoints, as the cluster names it",
      cure: "write a URL as file:///savepoints or s3://bucket/savepoints",
    }),
    schema: z
      .string()
      .trim()
      .regex(/^[a-z0-9]+:\/\/?\S+$/),
  } satisfies Setting<string>,
  startFrom: {
    ...textSetting("SIGNALBOX_FLINK_START_FROM", {
      fallback: "",
      fallbackText: "nothing",
      meaning:
        "With Flink: savepoint for the first job of this data directory, as the cluster names it ([docs/moving-state.md](docs/moving-state.md)); it may stay set",
      cure: "write a URL as file:///savepoints/from-20261128-120051-3777",
    }),
    schema: z
      .string()
      .trim()
      .regex(/^[a-z0-9]+:\/\/?\S+$/),
  } satisfies Setting<string>,
  connectors: wordSetting("SIGNALBOX_FLINK_CONNECTORS", ["statefun", "gateway"], {
    fallback: "statefun",
    meaning:
      "With Flink: who reads and writes Kafka and Kinesis: StateFun's own connectors, in the job, or the gateway's, through its log ([docs/scale.md](docs/scale.md))",
  }),
  direct: listSetting("SIGNALBOX_FLINK_DIRECT", {
    meaning:
      "With Flink: endpoints that TaskManagers call themselves, past the gateway, by their ids (`shop/*`; `*` for all): less work for the gateway, and nothing is seen of them",
    cure: "write ids of endpoints with commas between, as modules have them, or *",
    item: (text) => text === "*" || /^[^/\s]+\/[^/\s]+$/.test(text),
  }),
};

/**
 * Variables that the start script reads, the code that fetches Flink, and the command line, which may have started this process. Tests read
 * SIGNALBOX_TEST_….
 */
export const foreignVariables = [
  "SIGNALBOX_DEV",
  "SIGNALBOX_FLINK_JARS",
  "SIGNALBOX_MAVEN_REPOSITORY",
  "SIGNALBOX_URL",
  "SIGNALBOX_TOKEN",
  "SIGNALBOX_CLIENT_CERT",
  "SIGNALBOX_CLIENT_KEY",
  "SIGNALBOX_HOME",
];

const placesOfJava = ["JAVA_HOME", "XDG_CACHE_HOME", "SIGNALBOX_FLINK_JARS"];

function absolute(path: string): string | undefined {
  return path === "" ? undefined : resolve(path);
}

export function flinkContradictions(flink: FlinkSettings | undefined): string[] {
  if (flink?.authorization === undefined || flink.authorizationFile === undefined) return [];
  return ["SIGNALBOX_FLINK_AUTHORIZATION and SIGNALBOX_FLINK_AUTHORIZATION_FILE say the same: set one of them."];
}

/** Returns undefined when functions do not run on Flink. */
export function readFlink(
  read: <T>(setting: Setting<T>) => T,
  env: Readonly<Record<string, string | undefined>>,
): FlinkSettings | undefined {
  const settings = {
    url: read(flinkSettings.url),
    authorization: read(flinkSettings.authorization) || undefined,
    authorizationFile: absolute(read(flinkSettings.authorizationFile)),
    authorityFile: absolute(read(flinkSettings.authorityFile)),
    host: read(flinkSettings.host),
    port: read(flinkSettings.port),
    gatewayUrl: read(flinkSettings.gatewayUrl) || undefined,
    parallelism: read(flinkSettings.parallelism),
    poolConnectionsMax: read(flinkSettings.poolConnectionsMax),
    requestsPerTaskMax: read(flinkSettings.requestsPerTaskMax),
    checkpointIntervalMs: read(flinkSettings.checkpointIntervalMs),
    checkpointMode: read(flinkSettings.checkpointMode),
    savepointFolder: read(flinkSettings.savepointFolder) || undefined,
    startFrom: read(flinkSettings.startFrom) || undefined,
    direct: read(flinkSettings.direct),
    connectors: read(flinkSettings.connectors),
    env: Object.fromEntries(placesOfJava.map((name) => [name, env[name]])),
  };
  return read(flinkSettings.runtime) === "flink" ? settings : undefined;
}
