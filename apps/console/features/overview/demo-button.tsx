/** Starts or stops the bundled demo, and says what it does. */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { toast } from "../../ui/feedback/toaster.tsx";

export function DemoButton({ tone = "primary" }: { tone?: "primary" | "plain" }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const status = useQuery(trpc.demo.status.queryOptions());
  const done = () => queryClient.invalidateQueries({ queryKey: trpc.demo.status.queryKey() });
  const failed = (error: unknown): void => {
    const { title, cure } = problemOf(error);
    toast.error(title, { description: cure });
  };
  const start = useMutation(trpc.demo.start.mutationOptions({ onSuccess: done, onError: failed }));
  const stop = useMutation(trpc.demo.stop.mutationOptions({ onSuccess: done, onError: failed }));
  if (status.data?.running === true) {
    return (
      <MayButton
        operation="demo.stop"
        pending={stop.isPending}
        onClick={() => stop.mutate()}
        title="Stops the demo's traffic and its functions"
      >
        Stop the demo
      </MayButton>
    );
  }
  return (
    <MayButton
      operation="demo.start"
      tone={tone}
      pending={start.isPending}
      onClick={() => start.mutate()}
      title="Registers a small shop and sends it messages; stop it at any time"
    >
      Start the demo
    </MayButton>
  );
}
