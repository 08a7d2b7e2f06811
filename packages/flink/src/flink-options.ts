/** FlinkOptions: what a runtime on Flink is given at its start. The gateway reads it from its settings (apps/gateway/src/open-flink.ts). */
import type { OpenServer } from "./door/cluster-door.ts";
import type { CredentialSettings } from "./rest/credentials.ts";
import type { EndpointSpec, InvocationOutcome, InvocationRequest, Observer } from "@signalbox/runtime";

/** With `at-least-once`, checkpoints do not align what several tasks send, so what is tried again after a failure may count twice. */
export type CheckpointMode = "exactly-once" | "at-least-once";

export interface FlinkOptions {
  /** The folder of the gateway's own part: the ingress log and the outbox. */
  readonly folder: string;
  readonly cluster: CredentialSettings & {
    /** The JobManager's REST API. */
    readonly url: string;
  };
  /** The port at which the cluster asks the gateway. */
  readonly door: {
    readonly host: string;
    readonly port: number;
    /** The URL by which the cluster reaches it; undefined stands for http://<host>:<port>. */
    readonly url: string | undefined;
    readonly openServer: OpenServer;
  };
  readonly job: {
    /** 0 stands for as many slots as are free. */
    readonly parallelism: number;
    readonly poolConnectionsMax: number;
    readonly requestsPerTaskMax: number;
    readonly checkpointIntervalMs: number;
    readonly checkpointMode: CheckpointMode;
    readonly savepointFolder: string | undefined;
    /** A savepoint, as the cluster names it, for the first job of the folder; later jobs continue where the last one was. */
    readonly startFrom: string | undefined;
    /** Endpoints (ids, `shop/*` for a namespace, `*` for all) that Flink calls itself; the gateway sees nothing of these calls. */
    readonly direct: readonly string[];
  };
  /** Calls a function by the gateway's own transports. */
  readonly call: (request: InvocationRequest) => Promise<InvocationOutcome>;
  readonly bindingsApplied: (endpoints: readonly EndpointSpec[]) => void;
  readonly limits: {
    readonly messageBytesMax: number;
    readonly messageHeadersBytesMax: number;
    readonly waitingMessagesMax: number;
    readonly ingressPendingBytesMax: number;
    readonly idempotencyKeyAgeMs: number;
    readonly callAnswerAgeMs: number;
    readonly callAnswersMax: number;
    readonly callWaitersMax: number;
  };
  /** Where Java and the jars of the savepoint tool are found. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly observer?: Observer | undefined;
  readonly warn: (message: string) => void;
}
