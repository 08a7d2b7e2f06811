/**
 * ReproductionDialog: the search for the fewest messages that make an entity's function fail, or its state become what a person writes:
 * what it does and may cost, its progress with a button to cancel, and what it found, as a test and as curl. The search continues when the
 * dialog is closed.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, ReproductionRow } from "../../trpc/views.ts";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { ExpressionLine } from "../invariants/expression-line.tsx";
import { useKnownState } from "../invariants/use-known-state.ts";
import { ReproductionResult, ResultActions } from "./reproduction-result.tsx";
import { reproductionWords } from "./reproduction-words.ts";
import { useReproductionWords } from "../../words/reproduction/use-reproduction-words.ts";

const RUNNING_MS = 500;
const CALLS_EACH_MAX = 20;
const counts = ["20", "100", "500"] as const;

/** What the messages must cause: a failure, or a state that a condition describes. */
export type LookedFor = "failure" | "state";

export interface ReproductionDialogProps {
  address: AddressView;
  record: number | undefined;
  lookFor: LookedFor;
  onClose: () => void;
}

export function ReproductionDialog({ address, record, lookFor: first, onClose }: ReproductionDialogProps): ReactElement {
  const { dialog: words } = useReproductionWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [lookFor, setLookFor] = useState(first);
  const [condition, setCondition] = useState("");
  const [count, setCount] = useState<Count>("100");
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
      ...(lookFor === "state" ? { until: condition } : {}),
    });
  const asks = lookFor === "failure" || condition.trim() !== "";
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.title}
      description={words.about}
      footer={
        running ? (
          <MayButton operation="reproductions.cancel" of={address.type} pending={cancel.isPending} onClick={() => cancel.mutate(address)}>
            {words.cancel}
          </MayButton>
        ) : (
          <>
            {found === null ? null : <ResultActions row={found} />}
            <MayButton
              operation="reproductions.start"
              of={address.type}
              tone="primary"
              disabled={!asks}
              pending={start.isPending}
              onClick={begin}
            >
              {found === null ? words.search : words.again}
            </MayButton>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {running ? null : (
          <>
            <LookFor of={address.type} value={lookFor} onChange={setLookFor} condition={condition} onCondition={setCondition} />
            <LookAt count={count} onChange={setCount} />
          </>
        )}
        {start.error === null || running ? null : <ErrorState inline error={start.error} />}
        <QueryView query={query} what={words.last}>
          {(row) => (row === null ? null : <Search row={row} />)}
        </QueryView>
      </div>
    </Dialog>
  );
}

type Count = (typeof counts)[number];

function LookAt({ count, onChange }: { count: Count; onChange: (count: Count) => void }): ReactElement {
  const { dialog: words, test } = useReproductionWords();
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span className="text-[13px] text-quiet">{words.lookAt}</span>
      <Segmented
        small
        label={words.lookedAt}
        value={count}
        onChange={onChange}
        options={counts.map((each) => ({ value: each, label: test.messages(Number(each)) }))}
      />
      <span className="text-[12px] text-quiet">{words.calls(Number(count) * CALLS_EACH_MAX)}</span>
    </div>
  );
}

interface LookForProps {
  of: string;
  value: LookedFor;
  onChange: (value: LookedFor) => void;
  condition: string;
  onCondition: (condition: string) => void;
}

function LookFor({ of, value, onChange, condition, onCondition }: LookForProps): ReactElement {
  const { dialog: words } = useReproductionWords();
  const known = useKnownState(of);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <span className="text-[13px] text-quiet">{words.lookFor}</span>
        <Segmented
          small
          label={words.lookedFor}
          value={value}
          onChange={onChange}
          options={[
            { value: "failure", label: words.failure },
            { value: "state", label: words.state },
          ]}
        />
      </div>
      {value === "failure" ? null : (
        <ExpressionLine
          label={words.condition}
          hint={words.conditionHint}
          text={condition}
          subject="state"
          gives="condition"
          known={known}
          placeholder="state.total < 0"
          onChange={onCondition}
        />
      )}
    </div>
  );
}

function Search({ row }: { row: ReproductionRow }): ReactElement {
  const { dialog: words, outcome } = useReproductionWords();
  const { title, meaning, tone } = reproductionWords(row, outcome);
  return (
    <section aria-label={words.label} className="flex flex-col gap-3">
      <div>
        <p role="status">
          <StatusWord tone={tone} className="text-[15px] font-medium whitespace-normal">
            {title}
          </StatusWord>
        </p>
        <p className="mt-1 text-[13px] text-quiet">{meaning}</p>
        <p className="mt-1 font-mono text-[12px] text-quiet">{words.sum(row)}</p>
      </div>
      {row.state === "running" ? (
        <progress className="h-1 w-full" max={row.callsMax} value={row.calls} aria-label={words.made} />
      ) : (
        <ReproductionResult row={row} />
      )}
    </section>
  );
}
