/**
 * DemoButton opens the demos: all examples, which of them run, and a button to start or stop each. Neighbour: demo-row.tsx.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useState } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";
import { DemoRow } from "./demo-row.tsx";

/** While the list is open it is asked this often, because what was started may be built for minutes, and reports its progress. */
const lookEveryMs = 2_000;

export interface DemoButtonProps {
  tone?: "primary" | "plain";
  /** For a place that would vanish, together with the open list, once a demo runs. */
  onOpenChange?: (open: boolean) => void;
}

export function DemoButton({ tone = "primary", onOpenChange }: DemoButtonProps) {
  const words = useOverviewWords();
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const change = (next: boolean): void => {
    setOpen(next);
    onOpenChange?.(next);
  };
  const status = useQuery(trpc.demo.status.queryOptions(undefined, { refetchInterval: open ? lookEveryMs : false }));
  return (
    <>
      <Button tone={status.data?.running === true ? "plain" : tone} onClick={() => change(true)} title={words.demos.explains}>
        {status.data?.running === true ? words.demos.name : words.demos.start}
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title={words.demos.name}
        description={words.demos.about}
        footer={
          status.data?.running === true ? (
            <Button asChild>
              <Link href="/flow" onClick={() => change(false)}>
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
                <DemoRow key={demo.name} demo={demo} />
              ))}
            </ul>
          )}
        </QueryView>
      </Dialog>
    </>
  );
}
