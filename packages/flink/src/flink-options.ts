/** FlinkOptions: what a runtime on Flink is told at its start. The gateway reads it from its settings (apps/gateway/src/open-flink.ts). */
import type { CreateServer } from "./door/cluster-door.ts";
import type { Observer } from "@signalbox/runtime";

export interface FlinkOptions {
  /** Of the gateway's own part: the ingress log and the outbox. */
  readonly folder: string;
  readonly cluster: {
    /** The JobManager's REST API. */
    readonly url: string;
    /** A whole value of the header Authorization. */
    readonly authorization: string | undefined;
  };
  /** The port at which the cluster asks the gateway. */
  readonly door: {
    readonly host: string;
    readonly port: number;
    /** By which the cluster reaches it; undefined: http://<host>:<port>. */
    readonly url: string | undefined;
    readonly createServer: CreateServer;
  };
  readonly job: {
    /** 0: as many slots as are free. */
    readonly parallelism: number;
    readonly poolConnectionsMax: number;
    readonly requestsPerTaskMax: number;
    readonly savepointFolder: string | undefined;
    /** A savepoint, as the cluster names it, for the first job of the folder; later ones go on where the last one was. */
    readonly startFrom: string | undefined;
  };
  readonly limits: {
    readonly messageBytesMax: number;
    readonly waitingMessagesMax: number;
    readonly ingressPendingBytesMax: number;
    readonly idempotencyKeyAgeMs: number;
  };
  readonly observer?: Observer | undefined;
  readonly warn: (message: string) => void;
}
