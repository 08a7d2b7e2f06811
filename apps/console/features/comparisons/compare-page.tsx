/**
 * Compare: two savepoints, or one and the current data: type, then entity, then field. Neighbours: compared-types.tsx, changed-entities.tsx
 * and entity-difference.tsx are the three columns; below 1100 px they are one below the other.
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
import { ComparedTypes, type SideIds } from "./compared-types.tsx";
import { EntityDifference } from "./entity-difference.tsx";
import { useComparison, type ComparisonState } from "./use-comparison.ts";
import { useComparisonsWords } from "../../words/comparisons/use-comparisons-words.ts";
import type { ComparisonsWords } from "../../words/comparisons/en.ts";

type SideWords = ComparisonsWords["sides"];

export function ComparePage(): ReactElement {
  const words = useComparisonsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const points = useQuery(trpc.savepoints.points.queryOptions());
  const readAgain = (): void => void queryClient.invalidateQueries(trpc.comparisons.pathFilter());
  useShortcut({ keys: "r", shown: "r", label: words.readBoth, group: words.group }, readAgain);
  return (
    <>
      <PageHeader
        title={words.title}
        note={words.note}
        actions={
          <>
            <Button asChild>
              <Link href="/savepoints">{words.all}</Link>
            </Button>
            <CopyButton label={words.copyLink} text={() => window.location.href} />
            <PageAction label={words.copyAction} run={() => void copyAndSay(window.location.href, words.copied)} />
            <Button onClick={readAgain}>{words.readAgain}</Button>
          </>
        }
      />
      <PageBody className="flex flex-col">
        <CapabilityLine capability="current-state" />
        <QueryView query={points} what={words.what} empty={{ when: (rows) => rows.length === 0, view: <NothingToCompare /> }}>
          {(rows) => <Compared points={rows} />}
        </QueryView>
      </PageBody>
    </>
  );
}

function NothingToCompare(): ReactElement {
  const words = useComparisonsWords();
  return (
    <EmptyState
      title={words.none}
      action={
        <Button asChild>
          <Link href="/savepoints">{words.toSavepoints}</Link>
        </Button>
      }
    >
      {words.noneAbout}
    </EmptyState>
  );
}

function Compared({ points }: { points: readonly SavepointPoint[] }): ReactElement {
  const words = useComparisonsWords();
  const state = useComparison(points);
  const { from, to, type, prefix, entity } = state.comparison;
  const sides = from === null || to === null ? null : { from, to };
  return (
    <>
      <Sides points={points} state={state} />
      {sides === null ? (
        <EmptyState title={words.alone}>{words.aloneAbout}</EmptyState>
      ) : sides.from === sides.to ? (
        <EmptyState title={words.sameSides}>{words.sameSidesAbout}</EmptyState>
      ) : (
        <div className="grid min-[1100px]:min-h-0 min-[1100px]:flex-1 min-[1100px]:grid-rows-[minmax(0,1fr)] min-[1100px]:grid-cols-[minmax(380px,1.7fr)_minmax(230px,0.8fr)_minmax(340px,1.25fr)] min-[1100px]:overflow-hidden">
          <ComparedTypes key={`${sides.from} ${sides.to} ${prefix}`} sides={sides} state={state} />
          <ChangedEntities
            key={`${sides.from} ${sides.to} ${prefix} ${type ?? ""} ${state.comparison.change}`}
            sides={sides}
            state={state}
          />
          {entity === null ? (
            <p className="border-t border-line p-4 text-[12px] text-quiet min-[1100px]:border-t-0">{words.chooseEntity}</p>
          ) : (
            <EntityDifference
              key={`${entity.type} ${entity.id}`}
              sides={{ ...sides, names: namesOf(points, sides, words.sides) }}
              entity={entity}
            />
          )}
        </div>
      )}
    </>
  );
}

function namesOf(points: readonly SavepointPoint[], { from, to }: SideIds, words: SideWords): SideIds {
  const name = (id: string): string => {
    const point = points.find((one) => one.id === id);
    return id === "now" ? words.nowName : point === undefined ? id : words.epoch(grouped(point.epoch));
  };
  return { from: name(from), to: name(to) };
}

function Sides({ points, state }: { points: readonly SavepointPoint[]; state: ComparisonState }): ReactElement {
  const { sides: words, group } = useComparisonsWords();
  const { from, to } = state.comparison;
  const isNowMissing = useMissing("current-state") !== null;
  const now: SelectOption<string> = { value: "now", label: words.now, detail: words.nowDetail };
  const known = points.map(({ id, createdMs, epoch }) => ({ value: id, label: exact(createdMs), detail: words.epoch(grouped(epoch)) }));
  const options = (chosen: string | null): SelectOption<string>[] => [
    ...(isNowMissing && chosen !== "now" ? [] : [now]),
    ...known,
    ...(chosen === null || chosen === "now" || known.some(({ value }) => value === chosen)
      ? []
      : [{ value: chosen, label: chosen, detail: words.notHere }]),
  ];
  const span = spanOf(points, state.comparison, words);
  const [fromId, toId] = [useId(), useId()];
  const swap = (): void => state.setSides(to, from);
  useShortcut({ keys: "a", shown: "a", label: words.first, group }, () => openList(fromId));
  useShortcut({ keys: "b", shown: "b", label: words.second, group }, () => openList(toId));
  useShortcut({ keys: "x", shown: "x", label: words.swap, group }, swap);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2 text-[12px]">
      <Select
        id={fromId}
        label={words.from}
        className="max-sm:flex-1 max-sm:basis-64 sm:w-[290px] max-w-full"
        value={from}
        options={options(from)}
        onChange={(next) => state.setSides(next, to)}
      />
      <IconButton label={words.swap} onClick={swap}>
        <ArrowLeftRight aria-hidden="true" className="size-3.5" />
      </IconButton>
      <Select
        id={toId}
        label={words.to}
        className="max-sm:flex-1 max-sm:basis-64 sm:w-[290px] max-w-full"
        value={to}
        options={options(to)}
        onChange={(next) => state.setSides(from, next)}
      />
      {span === null ? null : <span className="font-mono text-quiet">{span}</span>}
    </div>
  );
}

/** Opens one of our lists, by a key press on its button. */
function openList(id: string): void {
  const button = document.getElementById(id);
  button?.focus();
  button?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
}

function spanOf(
  points: readonly SavepointPoint[],
  { from, to }: { from: string | null; to: string | null },
  words: SideWords,
): string | null {
  const [one, other] = [from, to].map((id) => points.find((point) => point.id === id));
  if (one === undefined || other === undefined) return null;
  const epochs = other.epoch - one.epoch;
  return epochs < 0 ? words.back(grouped(-epochs)) : words.epochs(grouped(epochs));
}
