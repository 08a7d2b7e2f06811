/**
 * Move: moves the state to Apache Flink, or back. A savepoint or a Flink savepoint is chosen; move-run.tsx shows which parts move and moves
 * them. The choice is in the URL.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactElement } from "react";
import { bytes, grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { Button } from "../../ui/button.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Field } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { Select, type SelectOption } from "../../ui/form/select.tsx";
import { MoveRun } from "./move-run.tsx";
import { useMoveWords } from "../../words/move/use-move-words.ts";

const directions = ["flink", "embedded"] as const;
/** Flink's own default; a job with another one is moved from the command line. */
const maxParallelism = 128;

export function MovePage(): ReactElement {
  const words = useMoveWords();
  const [to, setTo] = useQueryState("to", parseAsStringLiteral(directions).withDefault("flink"));
  const [chosen, setChosen] = useQueryState("from", parseAsString);
  const choosing = { chosen, onChoose: (value: string) => void setChosen(value) };
  return (
    <>
      <PageHeader
        title={words.title}
        note={words.note}
        actions={
          <Button asChild>
            <Link href="/savepoints">{words.all}</Link>
          </Button>
        }
      />
      <PageBody>
        <div className="flex max-w-[1100px] flex-col gap-4 p-4">
          <Segmented
            label={words.direction}
            value={to}
            options={[
              { value: "flink", label: words.toFlink },
              { value: "embedded", label: words.fromFlink },
            ]}
            onChange={(value) => {
              void setTo(value);
              void setChosen(null);
            }}
          />
          {to === "flink" ? <ToFlink {...choosing} /> : <FromFlink {...choosing} />}
        </div>
      </PageBody>
    </>
  );
}

interface ChoosingProps {
  readonly chosen: string | null;
  readonly onChoose: (value: string) => void;
}

function ToFlink({ chosen, onChoose }: ChoosingProps): ReactElement {
  const words = useMoveWords();
  const trpc = useTRPC();
  const client = useClient();
  const list = useQuery(trpc.savepoints.list.queryOptions());
  const none = <EmptyState title={words.none}>{words.noneAbout}</EmptyState>;
  return (
    <QueryView query={list} what={words.savepoints} empty={{ when: (rows) => !rows.some(({ status }) => status === "ready"), view: none }}>
      {(rows) => {
        const options = rows
          .filter(({ status }) => status === "ready")
          .map(({ id, createdMs, epoch, sizeBytes }) => ({
            value: id,
            label: words.label(exact(createdMs), grouped(epoch)),
            detail: bytes(sizeBytes),
          }));
        return (
          <Chosen label={words.savepoint} options={options} chosen={chosen} onChoose={onChoose}>
            {(savepoint) => (
              <MoveRun
                key={savepoint}
                operation="moves.toFlink"
                move={({ dryRun, accept }, signal) =>
                  client.moves.toFlink.mutate({ savepoint, dryRun, accept, maxParallelism }, { signal })
                }
              />
            )}
          </Chosen>
        );
      }}
    </QueryView>
  );
}

function FromFlink({ chosen, onChoose }: ChoosingProps): ReactElement {
  const words = useMoveWords();
  const trpc = useTRPC();
  const client = useClient();
  const list = useQuery(trpc.moves.folders.queryOptions());
  const none = (
    <EmptyState title={words.noFlink}>
      {words.noFlinkAbout.before}
      <span className="font-mono">flink-savepoints</span>
      {words.noFlinkAbout.after}
    </EmptyState>
  );
  return (
    <QueryView query={list} what={words.flinkSavepoints} empty={{ when: (rows) => rows.length === 0, view: none }}>
      {(rows) => {
        const options = rows.map(({ name, modifiedMs, sizeBytes }) => ({
          value: name,
          label: `${name}, ${exact(modifiedMs)}`,
          detail: bytes(sizeBytes),
        }));
        return (
          <Chosen label={words.flinkSavepoint} options={options} chosen={chosen} onChoose={onChoose}>
            {(folder) => (
              <MoveRun
                key={folder}
                operation="moves.toEmbedded"
                move={({ dryRun }, signal) => client.moves.toEmbedded.mutate({ folder, dryRun }, { signal })}
              />
            )}
          </Chosen>
        );
      }}
    </QueryView>
  );
}

interface ChosenProps extends ChoosingProps {
  readonly label: string;
  /** The newest comes first, and it is used when none is chosen. */
  readonly options: readonly SelectOption<string>[];
  readonly children: (value: string) => ReactElement;
}

function Chosen({ label, options, chosen, onChoose, children }: ChosenProps): ReactElement | null {
  const value = options.find((option) => option.value === chosen)?.value ?? options[0]?.value;
  if (value === undefined) return null;
  return (
    <div className="flex flex-col gap-4">
      <Field label={label} className="max-w-[560px]">
        {({ id }) => <Select id={id} label={label} value={value} options={options} onChange={onChoose} />}
      </Field>
      {children(value)}
    </div>
  );
}
