/**
 * Retry or discard for a whole cause. The dialog says whom it reaches and what it costs before it can be confirmed; discarding
 * cannot be undone, so the type's name must be typed.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import type { FailureGroup } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { reachOf, type Reach } from "./reach.ts";

type Act = "retry" | "discard";

export function GroupActions({ group, groups }: { group: FailureGroup; groups: readonly FailureGroup[] }) {
  const [asking, setAsking] = useState<Act | null>(null);
  const reach = reachOf(group, groups);
  const act = useGroupAct(group, { reach, onDone: () => setAsking(null) });
  if (group.status === "waiting") return null;
  const many = counted(reach.entities, "entity", "entities");
  const error = act.error === null ? null : <ErrorState inline error={act.error} />;
  return (
    <div className="flex flex-wrap gap-2">
      <CapabilityButton needs="entities" size="small" tone="primary" onClick={() => setAsking("retry")}>
        Retry all…
      </CapabilityButton>
      <CapabilityButton needs="entities" size="small" tone="danger" onClick={() => setAsking("discard")}>
        Discard head messages…
      </CapabilityButton>
      <ConfirmDialog
        open={asking === "retry"}
        onOpenChange={(open) => setAsking(open ? "retry" : null)}
        title={`Retry ${many}`}
        confirmLabel={`Retry ${many} now`}
        pending={act.isPending}
        error={error}
        onConfirm={() => act.mutate("retry")}
      >
        <p>Each calls its function at once with fresh attempts. Those that fail again are parked again; nothing is lost.</p>
        <ReachNote reach={reach} group={group} />
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "discard"}
        onOpenChange={(open) => setAsking(open ? "discard" : null)}
        title={`Discard ${counted(reach.entities, "head message", "head messages")}`}
        confirmLabel={`Discard ${counted(reach.entities, "message", "messages")} for good`}
        typedName={group.type}
        danger
        pending={act.isPending}
        error={error}
        onConfirm={() => act.mutate("discard")}
      >
        <p>
          The first waiting message of each entity is gone for good, and its effects never happen. The messages behind it stay in order and
          go on.
        </p>
        <ReachNote reach={reach} group={group} />
      </ConfirmDialog>
    </div>
  );
}

function useGroupAct(group: FailureGroup, { reach, onDone }: { reach: Reach; onDone: () => void }) {
  const trpc = useTRPC();
  const client = useClient();
  const queryClient = useQueryClient();
  const perform = async (action: Act): Promise<number> => {
    if (reach.kind === "by-status")
      return (await client.entities.actAll.mutate({ type: group.type, status: group.status, action })).changed;
    const results = await Promise.all(reach.addresses.map((address) => client.entities.act.mutate({ ...address, action })));
    return results.reduce((sum, result) => sum + result.changed, 0);
  };
  return useMutation({
    mutationFn: perform,
    onSuccess: async (changed, action) => {
      onDone();
      toast(
        action === "retry"
          ? `${counted(changed, "entity", "entities")} tried again`
          : `${counted(changed, "message", "messages")} discarded`,
        { description: group.type },
      );
      await Promise.all([
        queryClient.invalidateQueries(trpc.failures.pathFilter()),
        queryClient.invalidateQueries(trpc.entities.pathFilter()),
      ]);
    },
  });
}

function ReachNote({ reach, group }: { reach: Reach; group: FailureGroup }) {
  if (reach.kind === "each") return null;
  const status = group.status === "parked" ? "parked" : "backing off";
  return (
    <p className="text-quiet">
      This reaches every entity of <span className="font-mono">{group.type}</span> that is {status}: {grouped(reach.entities)} by now
      {reach.otherCauses === 0 ? "." : `, also those of ${counted(reach.otherCauses, "other cause", "other causes")}.`}
    </p>
  );
}
