/**
 * ReproductionDialog: the search for the fewest messages that make an entity's function fail: what it does and may cost, its progress with a button to
 * cancel, and what it found, as a test and as curl. It goes on when the dialog is closed.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, ReproductionRow } from "../../trpc/views.ts";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { ReproductionResult, ResultActions } from "./reproduction-result.tsx";
import { reproductionWords } from "./reproduction-words.ts";

const RUNNING_MS = 500;
const CALLS_EACH_MAX = 20;
const counts = ["20", "100", "500"] as const;

export interface ReproductionDialogProps {
  address: AddressView;
  record: number | undefined;
  onClose: () => void;
}

export function ReproductionDialog({ address, record, onClose }: ReproductionDialogProps): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [count, setCount] = useState<(typeof counts)[number]>("100");
  const query = useQuery({
    ...trpc.reproductions.get.queryOptions(address),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? RUNNING_MS : false),
  });
  const onSettled = (): Promise<unknown> => queryClient.invalidateQueries(trpc.reproductions.pathFilter());
  const start = useMutation(trpc.reproductions.start.mutationOptions({ onSettled }));
  const cancel = useMutation(trpc.reproductions.cancel.mutationOptions({ onSettled }));
  const found = query.data ?? null;
  const running = found?.state === "running";
  const begin = (): void =>
    start.mutate({
      ...address,
      messagesMax: Number(count),
      callsMax: Number(count) * CALLS_EACH_MAX,
      ...(record === undefined ? {} : { record }),
    });
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="The smallest reproduction"
      description="The recorded messages are told again to the real function, beside the entity, each time fewer, until only those are left that make it fail. Each call has the header x-signalbox-replay: 1; what the function answers counts for nothing."
      footer={
        running ? (
          <MayButton operation="reproductions.cancel" of={address.type} pending={cancel.isPending} onClick={() => cancel.mutate(address)}>
            Cancel the search
          </MayButton>
        ) : (
          <>
            {found === null ? null : <ResultActions row={found} />}
            <MayButton operation="reproductions.start" of={address.type} tone="primary" pending={start.isPending} onClick={begin}>
              {found === null ? "Search" : "Search again"}
            </MayButton>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {running ? null : (
          <div className="flex flex-wrap items-center gap-3">
            <span className="text-[13px] text-quiet">look at the last</span>
            <Segmented
              small
              label="Messages that are looked at"
              value={count}
              onChange={setCount}
              options={counts.map((each) => ({ value: each, label: `${each} messages` }))}
            />
            <span className="text-[12px] text-quiet">
              at most {counted(Number(count) * CALLS_EACH_MAX, "call", "calls")}, one at a time, for a minute
            </span>
          </div>
        )}
        {start.error === null || running ? null : <ErrorState inline error={start.error} />}
        <QueryView query={query} what="The last search">
          {(row) => (row === null ? null : <Search row={row} />)}
        </QueryView>
      </div>
    </Dialog>
  );
}

function Search({ row }: { row: ReproductionRow }): ReactElement {
  const { title, meaning, tone } = reproductionWords(row);
  return (
    <section aria-label="Search" className="flex flex-col gap-3">
      <div>
        <p role="status">
          <StatusWord tone={tone} className="text-[15px] font-medium">
            {title}
          </StatusWord>
        </p>
        <p className="mt-1 text-[13px] text-quiet">{meaning}</p>
        <p className="mt-1 font-mono text-[12px] text-quiet">
          {counted(row.tries, "try", "tries")}, {grouped(row.calls)} of at most {counted(row.callsMax, "call", "calls")}, by {row.by}
        </p>
      </div>
      {row.state === "running" ? (
        <progress className="h-1 w-full accent-message" max={row.callsMax} value={row.calls} aria-label="Calls made" />
      ) : (
        <ReproductionResult row={row} />
      )}
    </section>
  );
}
