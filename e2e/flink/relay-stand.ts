/** RelayStand: another system (a Kafka, a Kinesis), a real Flink, a gateway on it and a relay between what comes in and what goes out, for StateFun's own connectors. */
import { FlinkCluster } from "../stack/flink-cluster.ts";
import { Functions } from "../stack/functions.ts";
import type { Gateway } from "../stack/gateway.ts";
import { gatewayOn } from "./flink-stand.ts";

export interface RelayStandOptions<System> {
  readonly system: () => Promise<System>;
  /** A path relative to the root. */
  readonly relay: string;
  readonly relayEnv?: Record<string, string>;
  readonly jvmFlags?: readonly string[];
}

export class RelayStand<System extends AsyncDisposable> implements AsyncDisposable {
  readonly system: System;
  readonly cluster: FlinkCluster;
  readonly functions: Functions;
  readonly gateway: Gateway;

  private constructor(parts: { system: System; cluster: FlinkCluster; functions: Functions; gateway: Gateway }) {
    this.system = parts.system;
    this.cluster = parts.cluster;
    this.functions = parts.functions;
    this.gateway = parts.gateway;
  }

  static async start<System extends AsyncDisposable>(options: RelayStandOptions<System>): Promise<RelayStand<System>> {
    const { system: startSystem, relay, relayEnv = {}, jvmFlags = [] } = options;
    const [system, cluster, functions] = await Promise.all([
      startSystem(),
      FlinkCluster.start({ jvmFlags }),
      Functions.start(relay, { env: relayEnv }),
    ]);
    return new RelayStand({ system, cluster, functions, gateway: await gatewayOn(cluster) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of [this.gateway, this.functions, this.cluster, this.system]) await one[Symbol.asyncDispose]();
  }
}
