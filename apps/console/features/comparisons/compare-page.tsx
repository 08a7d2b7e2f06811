/**
 * Compare: two savepoints, or one and what is there now: type, then entity, then field. Neighbours: compared-types.tsx, changed-entities.tsx and
 * entity-difference.tsx are the three columns; below 1100 px they stand one below the other.
 */
"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeftRight } from "lucide-react";
import { useId, type ReactElement } from "react";
import { CapabilityLine } from "../../capability/capability-note.tsx";
import { useMissing } from "../../capability/use-missing.ts";
import { grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { PageAction } from "../../shell/page-action.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { SavepointPoint } from "../../trpc/views.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Select, type SelectOption } from "../../ui/form/select.tsx";
import { Link } from "../../ui/link.tsx";
import { copyAndSay } from "../../ui/text/copy-and-say.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { ChangedEntities } from "./changed-entities.tsx";
import { ComparedTypes } from "./compared-types.tsx";
import { EntityDifference } from "./entity-difference.tsx";
import { useComparison, type ComparisonState } from "./use-comparison.ts";

export function ComparePage(): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const points = useQuery(trpc.savepoints.points.queryOptions());
  const readAgain = (): void => void queryClient.invalidateQueries(trpc.comparisons.pathFilter());
  useShortcut({ keys: "r", shown: "r", label: "Read both sides again", group: "Compare" }, readAgain);
  return (
    <>
      <PageHeader
        title="Compare savepoints"
        note="What came, went and changed between two moments"
        actions={
          <>
            <Link href="/savepoints" className="text-[13px] text-message hover:underline">
              All savepoints
            </Link>
            <CopyButton label="Copy a link to this view" text={() => window.location.href} />
            <PageAction label="Copy a link to this comparison" run={() => void copyAndSay(window.location.href, "Link copied")} />
            <Button onClick={readAgain}>Read again</Button>
          </>
        }
      />
      <PageBody className="flex flex-col">
        <CapabilityLine capability="current-state" />
        <QueryView query={points} what="Savepoints" empty={{ when: (rows) => rows.length === 0, view: <NothingToCompare /> }}>
          {(rows) => <Compared points={rows} />}
        </QueryView>
      </PageBody>
    </>
  );
}

function NothingToCompare(): ReactElement {
  return (
    <EmptyState
      title="No savepoint to compare"
      action={
        <Button asChild>
          <Link href="/savepoints">To the savepoints</Link>
        </Button>
      }
    >
      Take a savepoint now; later it stands here beside what is there then.
    </EmptyState>
  );
}

function Compared({ points }: { points: readonly SavepointPoint[] }): ReactElement {
  const state = useComparison(points);
  const { from, to, type, prefix, entity } = state.comparison;
  const sides = from === null || to === null ? null : { from, to };
  return (
    <>
      <Sides points={points} state={state} />
      {sides === null ? (
        <EmptyState title="One savepoint alone">Take another one, and what differs between the two stands here.</EmptyState>
      ) : sides.from === sides.to ? (
        <EmptyState title="Both sides are the same">Choose another moment for one of them.</EmptyState>
      ) : (
        <div className="grid min-[1100px]:min-h-0 min-[1100px]:flex-1 min-[1100px]:grid-rows-[minmax(0,1fr)] min-[1100px]:grid-cols-[minmax(380px,1.7fr)_minmax(230px,0.8fr)_minmax(340px,1.25fr)] min-[1100px]:overflow-hidden">
          <ComparedTypes key={`${sides.from} ${sides.to} ${prefix}`} sides={sides} state={state} />
          <ChangedEntities
            key={`${sides.from} ${sides.to} ${prefix} ${type ?? ""} ${state.comparison.change}`}
            sides={sides}
            state={state}
          />
          {entity === null ? (
            <p className="border-t border-line p-4 text-[12px] text-quiet min-[1100px]:border-t-0">
              Choose an entity: what it held on each side, field by field, stands here.
            </p>
          ) : (
            <EntityDifference key={`${entity.type} ${entity.id}`} sides={{ ...sides, names: namesOf(points, sides) }} entity={entity} />
          )}
        </div>
      )}
    </>
  );
}

function namesOf(points: readonly SavepointPoint[], { from, to }: { from: string; to: string }): { from: string; to: string } {
  const name = (id: string): string => {
    const point = points.find((one) => one.id === id);
    return id === "now" ? "now" : point === undefined ? id : `epoch ${grouped(point.epoch)}`;
  };
  return { from: name(from), to: name(to) };
}

function Sides({ points, state }: { points: readonly SavepointPoint[]; state: ComparisonState }): ReactElement {
  const { from, to } = state.comparison;
  const isNowMissing = useMissing("current-state") !== null;
  const now: SelectOption<string> = { value: "now", label: "Now", detail: "as it is while it is read" };
  const known = points.map(({ id, createdMs, epoch }) => ({ value: id, label: exact(createdMs), detail: `epoch ${grouped(epoch)}` }));
  const options = (chosen: string | null): SelectOption<string>[] => [
    ...(isNowMissing && chosen !== "now" ? [] : [now]),
    ...known,
    ...(chosen === null || chosen === "now" || known.some(({ value }) => value === chosen)
      ? []
      : [{ value: chosen, label: chosen, detail: "is not here" }]),
  ];
  const span = spanOf(points, state.comparison);
  const [fromId, toId] = [useId(), useId()];
  const swap = (): void => state.setSides(to, from);
  useShortcut({ keys: "a", shown: "a", label: "Choose the first side", group: "Compare" }, () => openList(fromId));
  useShortcut({ keys: "b", shown: "b", label: "Choose the second side", group: "Compare" }, () => openList(toId));
  useShortcut({ keys: "x", shown: "x", label: "Swap the sides", group: "Compare" }, swap);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2 text-[12px]">
      <Select
        id={fromId}
        label="From"
        className="max-sm:flex-1 max-sm:basis-64 sm:w-[290px] max-w-full"
        value={from}
        options={options(from)}
        onChange={(next) => state.setSides(next, to)}
      />
      <IconButton label="Swap the sides" onClick={swap}>
        <ArrowLeftRight aria-hidden="true" className="size-3.5" />
      </IconButton>
      <Select
        id={toId}
        label="To"
        className="max-sm:flex-1 max-sm:basis-64 sm:w-[290px] max-w-full"
        value={to}
        options={options(to)}
        onChange={(next) => state.setSides(from, next)}
      />
      {span === null ? null : <span className="font-mono text-quiet">{span}</span>}
    </div>
  );
}

/** A list of ours opens by its keys, from its button. */
function openList(id: string): void {
  const button = document.getElementById(id);
  button?.focus();
  button?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
}

function spanOf(points: readonly SavepointPoint[], { from, to }: { from: string | null; to: string | null }): string | null {
  const [one, other] = [from, to].map((id) => points.find((point) => point.id === id));
  if (one === undefined || other === undefined) return null;
  const epochs = other.epoch - one.epoch;
  return `${epochs < 0 ? "back " : ""}${grouped(Math.abs(epochs))} epochs`;
}
