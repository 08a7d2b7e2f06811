/**
 * unmasking: whether a call is answered unmasked. The caller must have the right and give a reason, and the audit has the entry before
 * anything is shown. Neighbours: guarded.ts asks it once for each call; masking/ hides; identity/unmask-reason.ts reads the reason.
 */
import { GatewayError } from "../contract/problem.ts";
import type { Operation } from "../contract/operation.ts";
import type { Principal } from "../contract/principal.ts";
import { decideUnmask } from "../identity/authorizer.ts";
import type { MaskTable } from "../masking/mask-table.ts";
import { auditEntry, type AuditTrail } from "./audit/audit-trail.ts";
import type { Services } from "./verb.ts";

export interface Unmasking {
  /** The services over unmasked values. */
  readonly services: Services;
  readonly masks: Pick<MaskTable, "isEmpty">;
  readonly audit: Pick<AuditTrail, "write">;
}

export interface AskedVerb {
  readonly name: string;
  readonly operation: Operation;
  readonly input: unknown;
  /** Whether the audit has room for a refusal. */
  isTold(): boolean;
}

/** Resolves with true when it is answered unmasked, which is then in the audit. Throws FORBIDDEN, UNMASK_REASON_NEEDED or AUDIT_FAILED. */
export async function isUnmasked(
  unmasking: Unmasking | undefined,
  principal: Principal,
  { isTold, ...asked }: AskedVerb,
): Promise<boolean> {
  const { unmasks } = asked.operation;
  if (unmasking === undefined || unmasks === undefined || unmasking.masks.isEmpty) return false;
  const { unmaskReason } = principal;
  if (unmaskReason === undefined) {
    if (unmasks === "files") throw reasonNeeded(asked.name);
    return false;
  }
  const decision = decideUnmask(principal, asked);
  const entry = { ...asked, principal, change: { after: `unmasked: ${unmaskReason}` } };
  if (decision.kind === "deny") {
    if (isTold()) await unmasking.audit.write(auditEntry({ ...entry, outcome: "refused", problem: "FORBIDDEN" }));
    throw new GatewayError("FORBIDDEN", {
      detail: `Not allowed: ${decision.reason}.`,
      where: asked.name,
      cure: "Ask an admin for the right to unmask, or for what you need to know.",
    });
  }
  if (await unmasking.audit.write(auditEntry({ ...entry, outcome: "done" }))) return true;
  throw new GatewayError("AUDIT_FAILED", {
    detail: "the audit could not take the entry, and what nobody can account for is not shown",
    where: asked.name,
    cure: "See to the catalog (GET /health), then ask again.",
    retryAfterMs: 1_000,
  });
}

function reasonNeeded(name: string): GatewayError {
  return new GatewayError("UNMASK_REASON_NEEDED", {
    detail: "the file holds masked values as they are",
    where: name,
    cure: "Say why it is needed: the header signalbox-unmask with a reason, or --unmask of the command line.",
  });
}
