/**
 * ModuleActions: the dialog of the chosen action (apply, roll back, remove), and what it does when confirmed.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { toast } from "../../ui/feedback/toaster.tsx";
import { ApplyDialog } from "./apply-dialog.tsx";
import type { Revision, RunningModule } from "./module-history.tsx";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";

export type Asking = { kind: "apply" } | { kind: "remove" } | { kind: "roll-back"; revision: Revision } | null;

export interface ModuleActionsProps {
  name: string;
  running: RunningModule;
  text: string;
  asking: Asking;
  onClose: () => void;
  onApplied: () => void;
}

export function ModuleActions({ name, running, text, asking, onClose, onApplied }: ModuleActionsProps): ReactElement | null {
  const words = useModulesWords();
  const { apply, rollBack, remove } = useModuleActions({ name, running, onClose, onApplied });
  switch (asking?.kind) {
    case undefined:
      return null;
    case "apply":
      return (
        <ApplyDialog
          name={name}
          title={words.apply.title(name)}
          verb={words.apply.act}
          before={running.yaml}
          after={text}
          pending={apply.isPending}
          error={apply.error}
          // The revision that the dialog shows on the other side is the one that this replaces.
          onConfirm={() => apply.mutate({ name, yaml: text, ifRevision: running.revision })}
          onClose={onClose}
        />
      );
    case "roll-back":
      return (
        <ApplyDialog
          name={name}
          title={words.apply.rollBackTitle(name, asking.revision.revision)}
          verb={words.apply.rollBack(asking.revision.revision)}
          before={running.yaml}
          after={asking.revision.yaml}
          pending={rollBack.isPending}
          error={rollBack.error}
          onConfirm={() => rollBack.mutate({ name, revision: asking.revision.revision, ifRevision: running.revision })}
          onClose={onClose}
        />
      );
    case "remove":
      return (
        <ConfirmDialog
          open
          onOpenChange={onClose}
          title={words.remove.title(name)}
          confirmLabel={words.remove.act(name)}
          danger
          pending={remove.isPending}
          error={remove.error === null ? null : <ErrorState inline error={remove.error} />}
          onConfirm={() => remove.mutate({ name, ifRevision: running.revision })}
        >
          <p>{words.remove.about}</p>
        </ConfirmDialog>
      );
  }
}

type ActionsOfModule = Pick<ModuleActionsProps, "name" | "running" | "onClose" | "onApplied">;

function useModuleActions({ name, running, onClose, onApplied }: ActionsOfModule) {
  const { apply: said, remove: saidOfRemoval } = useModulesWords();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  async function settle(): Promise<void> {
    await queryClient.invalidateQueries(trpc.modules.pathFilter());
    onApplied();
    onClose();
    void queryClient.invalidateQueries();
  }
  const apply = useMutation(
    trpc.modules.put.mutationOptions({
      onSuccess: async (result) => {
        toast(said.runs(name, result.revision));
        await settle();
      },
    }),
  );
  const rollBack = useMutation(
    trpc.modules.rollback.mutationOptions({
      onSuccess: async (result, input) => {
        toast(said.rolledBack(input.revision), { description: said.runsAs(result.revision) });
        await settle();
      },
    }),
  );
  const putBack = useMutation(
    trpc.modules.put.mutationOptions({
      onSuccess: (result) => {
        toast(saidOfRemoval.runsAgain(name, result.revision));
        void queryClient.invalidateQueries();
      },
      onError: (error) => toast.error(saidOfRemoval.notPutBack(name), { description: problemOf(error).detail }),
    }),
  );
  const remove = useMutation(
    trpc.modules.remove.mutationOptions({
      onSuccess: () => {
        onApplied();
        toast(saidOfRemoval.removed(name), {
          action: { label: saidOfRemoval.putBack, onClick: () => putBack.mutate({ name, yaml: running.yaml }) },
        });
        router.push("/modules");
        void queryClient.invalidateQueries();
      },
    }),
  );
  return { apply, rollBack, remove };
}
