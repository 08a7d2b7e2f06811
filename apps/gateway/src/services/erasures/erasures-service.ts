/** The verbs of erasures (contract/erasures.ts says what each takes and gives). The engine erases; here the receipt is written. */
import { randomUUID } from "node:crypto";
import type { ErasureTarget } from "@signalbox/runtime";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

const notReached: readonly string[] = [
  "savepoints and backups that were taken before, here and wherever they were copied: remove them, or take new ones",
  "records that an egress has delivered: topics, streams, databases and files that others keep",
  "what other entities keep in their own state of what they were told",
  "stores of their own that functions write to",
  "addresses: types and ids stay in the journal's records, in idempotency keys until they age, and in the audit",
  "sample errors of causes of failures, saved messages, and what the gateway's memory holds of the last minutes until it restarts",
];

interface GivenTarget {
  readonly type: string | null;
  readonly id: string;
}

export function erasuresService({ engine, savepoints }: Pick<ServiceParts, "engine" | "savepoints">): ServiceOf<"erasures"> {
  return {
    count: (_principal, { targets }) => engine.countErasable(targets.map(targetOf)),

    async erase(principal, { targets, reason }, call) {
      const beganMs = Date.now();
      const id = randomUUID();
      const counts = await engine.erase({ id, targets: targets.map(targetOf) });
      call.changed({ after: `${id}: ${JSON.stringify(counts)}` });
      return {
        id,
        beganMs,
        endedMs: Date.now(),
        by: principal.name,
        reason,
        targets,
        counts,
        savepoints: savepoints.list().map(({ id: savepoint, createdMs }) => ({ id: savepoint, createdMs })),
        notReached: [...notReached],
      };
    },
  };
}

function targetOf({ type, id }: GivenTarget): ErasureTarget {
  return { type: type ?? undefined, id };
}
