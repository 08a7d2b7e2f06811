/**
 * OpenBreakpoints: opens the memory of breakpoints that ended lately, over the engine. A breakpoint that ended by itself is written into
 * the audit in the gateway's own name.
 */
import type { Engine } from "@signalbox/runtime";
import type { Opened } from "./compose.ts";
import { breakpoints } from "./contract/messages/breakpoints.ts";
import { gatewayItself } from "./contract/principal.ts";
import { auditEntry, type AuditTrail } from "./services/audit/audit-trail.ts";
import { BreakpointWatch } from "./services/breakpoints/breakpoint-watch.ts";

interface Parts {
  readonly engine: Engine;
  readonly audit: Pick<AuditTrail, "write">;
  readonly warn: (message: string) => void;
  readonly closers: Opened["closers"];
}

export function openBreakpoints({ engine, audit, warn, closers }: Parts): BreakpointWatch {
  const principal = gatewayItself("breakpoints");
  const watch = new BreakpointWatch({
    engine,
    warn,
    ended: async ({ id, why }) => {
      await audit.write(
        auditEntry({
          name: "breakpoints.release",
          operation: breakpoints.release,
          principal,
          input: { id },
          outcome: "done",
          change: { after: `by itself: ${why}` },
        }),
      );
    },
  });
  closers.push(() => watch.close());
  return watch;
}
