/** Egress: records that leave. Guarantees: G3 (a record shows once it is durable), and it stays until it is acknowledged. */
import type { EgressRecord } from "./model/message.ts";
import type { EgressView } from "./model/views.ts";

export interface EgressQuery {
  readonly egress: string;
  readonly after?: number | undefined;
  readonly limit: number;
}

export interface Egress {
  egresses(): EgressView[];
  /** Durable records of an egress in order of sequence. */
  egressRecords(query: EgressQuery): Promise<EgressRecord[]>;
  /** Removes the records up to and including `through`. */
  egressAcknowledge(egress: string, through: number): Promise<void>;
}

export const egressMethods = ["egresses", "egressRecords", "egressAcknowledge"] as const satisfies readonly (keyof Egress)[];
