/**
 * StartDemo: a button that starts the shop at once.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { useProblem } from "../../ui/feedback/use-problem.ts";
import { toast } from "../../ui/feedback/toaster.tsx";
import { useGuideWords } from "../../words/guide/use-guide-words.ts";

export function StartDemo({ size }: { size?: "small" }) {
  const problemOf = useProblem();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const start = useMutation(
    trpc.demo.start.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(),
      onError: (error) => {
        const { title, detail, cure } = problemOf(error);
        toast.error(title, { description: `${detail} ${cure}` });
      },
    }),
  );
  const { register } = useGuideWords();
  return (
    <MayButton
      operation="demo.start"
      tone="primary"
      {...(size === undefined ? {} : { size })}
      pending={start.isPending}
      onClick={() => start.mutate({ name: "shop" })}
    >
      {register.demo}
    </MayButton>
  );
}
