/**
 * kinesisSettings: `clientConfigProperties`, by the names of Java's AWS client (ingress) and of Amazon's producer library (egress), become
 * the settings of kinesis-client.ts. Names without effect and unknown names are reported, so that nobody waits for their effect.
 */
import { nearestWord } from "../../shared/nearest-word.ts";
import { entriesPerPutMax } from "./kinesis-wire.ts";

export interface KinesisSettings {
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly connectionsMax: number;
  readonly entriesPerPut: number;
  readonly bytesPerPut: number;
  readonly verifyCertificate: boolean;
}

export interface SettingsParse {
  readonly settings: KinesisSettings;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

interface Used {
  readonly setting: keyof KinesisSettings;
  readonly least: number;
  readonly most: number;
}

const timeoutMsMax = 3_600_000;
const bytesPerPutMax = 5 * 1024 * 1024;
const timeout = (setting: keyof KinesisSettings): Used => ({ setting, least: 1, most: timeoutMsMax });
const connections: Used = { setting: "connectionsMax", least: 1, most: 1024 };

const used: Readonly<Record<"ingress" | "egress", Readonly<Record<string, Used>>>> = {
  ingress: {
    ConnectionTimeout: timeout("connectTimeoutMs"),
    SocketTimeout: timeout("requestTimeoutMs"),
    RequestTimeout: timeout("requestTimeoutMs"),
    ClientExecutionTimeout: timeout("requestTimeoutMs"),
    MaxConnections: connections,
  },
  egress: {
    ConnectTimeout: timeout("connectTimeoutMs"),
    RequestTimeout: timeout("requestTimeoutMs"),
    MaxConnections: connections,
    CollectionMaxCount: { setting: "entriesPerPut", least: 1, most: entriesPerPutMax },
    CollectionMaxSize: { setting: "bytesPerPut", least: 52_224, most: bytesPerPutMax },
  },
};

/** Names known to those libraries, but without effect here, because the engine's outbox, waits and metrics do their work. */
const withoutEffect: Readonly<Record<"ingress" | "egress", readonly string[]>> = {
  ingress: [
    ...["MaxErrorRetry", "RetryPolicy", "RetryMode", "ThrottleRetries", "MaxConsecutiveRetriesBeforeThrottling", "ConnectionTTL"],
    ...["ConnectionMaxIdleMillis", "ValidateAfterInactivityMillis", "TcpKeepAlive", "UseReaper", "UseGzip", "UseExpectContinue"],
    ...["UserAgent", "UserAgentPrefix", "UserAgentSuffix", "SocketBufferSizeHints", "CacheResponseMetadata", "ResponseMetadataCacheSize"],
    ...["Protocol", "ProxyHost", "ProxyPort", "ProxyUsername", "ProxyPassword", "ProxyDomain", "ProxyWorkstation", "ProxyProtocol"],
    ...["NonProxyHosts", "DisableSocketProxy", "PreemptiveBasicProxyAuth", "SignerOverride", "LocalAddress", "DisableHostPrefixInjection"],
  ],
  egress: [
    ...[
      "AggregationEnabled",
      "AggregationMaxCount",
      "AggregationMaxSize",
      "ThreadingModel",
      "ThreadPoolSize",
      "MinConnections",
      "RateLimit",
    ],
    ...["RecordMaxBufferedTime", "RecordTtl", "FailIfThrottled", "Region", "KinesisEndpoint", "KinesisPort", "CloudwatchEndpoint"],
    ...["CloudwatchPort", "LogLevel", "MetricsGranularity", "MetricsLevel", "MetricsNamespace", "MetricsUploadDelay", "NativeExecutable"],
    ...["TempDirectory", "EnableCoreDumps", "CredentialsRefreshDelay", "UserRecordTimeoutInMillis", "ProxyHost", "ProxyPort"],
    ...["ProxyUserName", "ProxyPassword"],
  ],
};

export function kinesisSettings(direction: "ingress" | "egress", properties: Readonly<Record<string, string>>): SettingsParse {
  const settings: { -readonly [name in keyof KinesisSettings]: KinesisSettings[name] } = {
    connectTimeoutMs: 10_000,
    requestTimeoutMs: 30_000,
    connectionsMax: 50,
    entriesPerPut: entriesPerPutMax,
    bytesPerPut: bytesPerPutMax,
    verifyCertificate: true,
  };
  const errors: string[] = [];
  const warnings: string[] = [];
  for (const [name, text] of Object.entries(properties)) {
    if (direction === "egress" && isCalled(name, "VerifyCertificate")) {
      if (/^(true|false)$/i.test(text)) settings.verifyCertificate = text.toLowerCase() === "true";
      else errors.push(`\`${name}\` is true or false.`);
      continue;
    }
    const known = Object.entries(used[direction]).find(([word]) => isCalled(name, word))?.[1];
    if (known === undefined) warnings.push(warningOf(direction, name));
    else if (!/^\d{1,9}$/.test(text) || Number(text) < known.least || Number(text) > known.most)
      errors.push(`\`${name}\` is a whole number from ${known.least} to ${known.most}.`);
    else if (known.setting !== "verifyCertificate") settings[known.setting] = Number(text);
  }
  return { settings, errors, warnings };
}

/** Java's setters and Flink's keys differ in the first letter only. */
function isCalled(name: string, word: string): boolean {
  return name.toLowerCase() === word.toLowerCase();
}

function warningOf(direction: "ingress" | "egress", name: string): string {
  const idle = withoutEffect[direction].find((word) => isCalled(name, word));
  if (idle !== undefined) return `\`${name}\` has no effect: the engine does that in another way, or not.`;
  const words = [...Object.keys(used[direction]), ...withoutEffect[direction]];
  const nearest = nearestWord(name, words);
  return `\`${name}\` is no property that is known${nearest === undefined ? "" : `; is ${nearest} meant?`}.`;
}
