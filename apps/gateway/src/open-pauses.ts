/**
 * OpenPauses: opens what people paused, over the catalog, the modules in force and the engine. A pause that ended by itself is written into
 * the audit in the gateway's own name.
 */
import type { Engine } from "@signalbox/runtime";
import type { Catalog } from "./catalog/catalog.ts";
import type { Opened } from "./compose.ts";
import { pauses } from "./contract/functions/pauses.ts";
import { gatewayItself } from "./contract/principal.ts";
import { auditEntry, type AuditTrail } from "./services/audit/audit-trail.ts";
import { EntityPauses } from "./services/pauses/entity-pauses.ts";
import { Pauses } from "./services/pauses/pauses.ts";

interface Parts {
  readonly catalog: Catalog;
  readonly audit: Pick<AuditTrail, "write">;
  readonly engine: Engine;
  readonly rebind: () => Promise<void>;
  readonly warn: (message: string) => void;
  readonly closers: Opened["closers"];
}

export interface OpenedPauses {
  readonly pauses: Pauses;
  readonly entityPauses: EntityPauses;
}

export function openPauses({ catalog, audit, engine, rebind, warn, closers }: Parts): OpenedPauses {
  const principal = gatewayItself("pauses");
  const byItself = { principal, outcome: "done", change: { after: "by itself: time over" } } as const;
  const opened = new Pauses({
    catalog: catalog.pauses,
    rebind,
    warn,
    ended: async ({ what }) => {
      await audit.write(
        auditEntry({
          name: "pauses.resume",
          operation: pauses.resume,
          input: { id: what },
          ...byItself,
        }),
      );
    },
  });
  const entityPauses = new EntityPauses({
    catalog: catalog.pauses,
    engine,
    warn,
    ended: async (address) => {
      const { entities } = await import("./contract/entities/entities.ts");
      await audit.write(
        auditEntry({ name: "entities.act", operation: entities.act, input: { ...address, action: "resume" }, ...byItself }),
      );
    },
  });
  closers.push(() => opened.close());
  closers.push(() => entityPauses.close());
  return { pauses: opened, entityPauses };
}
