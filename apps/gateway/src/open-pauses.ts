/** OpenPauses: what people paused, over the catalog and the modules in force; one that ended by itself is written into the audit in the gateway's own name. */
import type { Catalog } from "./catalog/catalog.ts";
import type { Opened } from "./compose.ts";
import { pauses } from "./contract/pauses.ts";
import { gatewayItself } from "./contract/principal.ts";
import { auditEntry, type AuditTrail } from "./services/audit/audit-trail.ts";
import { Pauses } from "./services/pauses/pauses.ts";

interface Parts {
  readonly catalog: Catalog;
  readonly audit: Pick<AuditTrail, "write">;
  readonly rebind: () => Promise<void>;
  readonly warn: (message: string) => void;
  readonly closers: Opened["closers"];
}

export function openPauses({ catalog, audit, rebind, warn, closers }: Parts): Pauses {
  const principal = gatewayItself("pauses");
  const opened = new Pauses({
    catalog: catalog.pauses,
    rebind,
    warn,
    ended: async ({ what }) => {
      await audit.write(
        auditEntry({
          name: "pauses.resume",
          operation: pauses.resume,
          principal,
          input: { id: what },
          outcome: "done",
          change: { after: "by itself: time over" },
        }),
      );
    },
  });
  closers.push(() => opened.close());
  return opened;
}
