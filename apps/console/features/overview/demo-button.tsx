/** Opens the demos: what each of them is, which run, and a button to start or stop it. */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useState } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";

export function DemoButton({ tone = "primary" }: { tone?: "primary" | "plain" }) {
  const words = useOverviewWords();
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const status = useQuery(trpc.demo.status.queryOptions());
  return (
    <>
      <Button tone={status.data?.running === true ? "plain" : tone} onClick={() => setOpen(true)} title={words.demos.explains}>
        {status.data?.running === true ? words.demos.name : words.demos.start}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={words.demos.name}
        description={words.demos.about}
        footer={
          status.data?.running === true ? (
            <Button asChild>
              <Link href="/flow" onClick={() => setOpen(false)}>
                {words.demos.look}
              </Link>
            </Button>
          ) : undefined
        }
      >
        <QueryView query={status} what={words.demos.name}>
          {({ demos }) => (
            <ul className="flex flex-col divide-y divide-line">
              {demos.map((demo) => (
                <Demo key={demo.name} {...demo} />
              ))}
            </ul>
          )}
        </QueryView>
      </Dialog>
    </>
  );
}

interface DemoProps {
  readonly name: "shop" | "ride-sharing";
  readonly title: string;
  readonly about: string;
  readonly running: boolean;
  readonly note?: string | undefined;
}

function Demo({ name, title, about, running, note }: DemoProps) {
  const words = useOverviewWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: trpc.demo.status.queryKey() });
  const onError = (error: unknown): void => {
    const problem = problemOf(error);
    toast.error(problem.title, { description: `${problem.detail} ${problem.cure}` });
  };
  const start = useMutation(trpc.demo.start.mutationOptions({ onSuccess, onError }));
  const stop = useMutation(trpc.demo.stop.mutationOptions({ onSuccess, onError }));
  return (
    <li className="flex items-start justify-between gap-4 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <h3 className="flex items-center gap-2 font-semibold">
          {title}
          {running ? <StatusWord tone="clear">{words.demos.runs}</StatusWord> : null}
        </h3>
        <p className="mt-0.5 text-[13px] text-quiet">{about}</p>
        {note === undefined ? null : <p className="mt-1 text-[13px] text-caution">{note}</p>}
      </div>
      {running ? (
        <MayButton
          operation="demo.stop"
          pending={stop.isPending}
          onClick={() => stop.mutate({ name })}
          aria-label={words.demos.stopOne(title)}
        >
          {words.demos.stop}
        </MayButton>
      ) : (
        <MayButton
          operation="demo.start"
          tone="primary"
          pending={start.isPending}
          onClick={() => start.mutate({ name })}
          aria-label={words.demos.startOne(title)}
        >
          {words.demos.begin}
        </MayButton>
      )}
    </li>
  );
}
