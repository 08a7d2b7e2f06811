/**
 * EntityDifference: one entity on both sides: what differs field by field, what is the same, and what waits for it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactElement } from "react";
import { bytes, grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import type { EntityDifference as Difference, KeptMessagesView, ValueView as Value } from "../../trpc/views.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Link } from "../../ui/link.tsx";
import { placeOf, stateChangeLines } from "../../values/state-change-lines.ts";
import { because, UnmaskButton } from "../unmask/unmask-button.tsx";
import { entityHref } from "../entities/entity-href.ts";
import type { SideIds } from "./compared-types.tsx";
import { useComparisonsWords } from "../../words/comparisons/use-comparisons-words.ts";
import type { ComparisonsWords } from "../../words/comparisons/en.ts";

type EntityWords = ComparisonsWords["entity"];

type Sides = SideIds & { readonly names: SideIds };

export function EntityDifference({ sides, entity }: { sides: Sides; entity: { type: string; id: string } }): ReactElement {
  const { entity: words } = useComparisonsWords();
  const { from, to, names } = sides;
  const query = useQuery(useTRPC().comparisons.entity.queryOptions({ from, to, ...entity }, { staleTime: Number.POSITIVE_INFINITY }));
  return (
    <section aria-label={words.label} className="min-h-0 min-w-0 overflow-auto border-t border-line min-[1100px]:border-t-0" tabIndex={0}>
      <h2 className="flex flex-wrap items-baseline gap-x-3 px-4 pt-3 pb-1 text-[13px]">
        <span className="min-w-0 font-mono font-semibold break-all">{entity.id}</span>
        <span className="min-w-0 font-mono text-[12px] break-all text-quiet">{entity.type}</span>
        <Link href={entityHref(entity)} className="ml-auto text-[12px] text-message hover:underline">
          {words.asNow}
        </Link>
      </h2>
      <QueryView query={query} what={words.what}>
        {(data) => (
          <div className="flex flex-col gap-5 px-4 pt-2 pb-4">
            <Fields values={data.values} names={names} />
            <MaskedValues values={data.values} sides={sides} entity={entity} />
            <Messages title={words.waiting} pair={data.waiting} names={names} when="sent" />
            <Messages title={words.delayed} pair={data.delayed} names={names} when="due" />
          </div>
        )}
      </QueryView>
    </section>
  );
}

interface FieldLine {
  readonly key: string;
  readonly place: string;
  readonly before: string | null;
  readonly after: string | null;
}

function linesOf(value: Difference["values"][number], words: EntityWords): { lines: FieldLine[]; more: number } {
  const { name, from, to } = value;
  const { lines, more } = stateChangeLines({ before: from, after: to });
  const isHidden = (from?.masked ?? to?.masked) !== undefined;
  if (isHidden && lines.every(({ before, after }) => before === after))
    return { lines: [{ key: `${name} masked`, place: name, before: words.masked, after: words.maskedOther }], more: 0 };
  return {
    lines: lines.map((line) => {
      const place = placeOf(name, line);
      return { key: `${place} ${line.kind}`, place, before: line.before, after: line.after };
    }),
    more,
  };
}

function Fields({ values, names }: { values: Difference["values"]; names: SideIds }): ReactElement {
  const { entity: words } = useComparisonsWords();
  const differing = useMemo(() => values.filter(({ differs }) => differs).map((value) => linesOf(value, words)), [values, words]);
  const same = values.filter(({ differs }) => !differs).map(({ name }) => name);
  const lines = differing.flatMap((value) => value.lines);
  const more = differing.reduce((sum, value) => sum + value.more, 0);
  return (
    <div>
      {lines.length === 0 ? (
        <p className="text-[12px] text-quiet">{values.length === 0 ? words.noState : words.sameState}</p>
      ) : (
        <table className="w-full table-fixed text-left font-mono text-[12px]">
          <thead className="font-sans text-quiet">
            <tr>
              <th className="w-[30%] py-1 pr-3 font-normal">{words.field}</th>
              <th className="py-1 pr-3 font-normal">{words.at(names.from)}</th>
              <th className="py-1 font-normal">{words.at(names.to)}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ key, place, before, after }) => (
              <tr key={key} className="border-t border-line align-top">
                <td className="py-1 pr-3 break-words">{place}</td>
                <td className="py-1 pr-3 break-words whitespace-pre-wrap">
                  {before === null ? <span className="text-quiet">{words.none}</span> : <del className="text-danger">{before}</del>}
                </td>
                <td className="py-1 break-words whitespace-pre-wrap">
                  {after === null ? (
                    <span className="text-quiet">{words.none}</span>
                  ) : (
                    <ins className="text-clear no-underline">{after}</ins>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more > 0 ? <p className="pt-1 text-[12px] text-quiet">{words.more(grouped(more))}</p> : null}
      {same.length > 0 && lines.length > 0 ? (
        <p className="pt-2 text-[12px] break-words text-quiet">{words.same(same.join(", "))}</p>
      ) : null}
    </div>
  );
}

interface MaskedProps {
  values: Difference["values"];
  sides: Sides;
  entity: { type: string; id: string };
}

/** A button for each masked value and side: it shows the value of that side to a person who gives a reason. */
function MaskedValues({ values, sides: { from, to, names }, entity }: MaskedProps): ReactElement | null {
  const { entity: words } = useComparisonsWords();
  const client = useClient();
  const masked = values.filter((value) => (value.from?.masked ?? value.to?.masked) !== undefined);
  if (masked.length === 0) return null;
  const read = async (name: string, side: "from" | "to", reason: string): Promise<Value | null> => {
    const bare = await client.comparisons.entity.query({ from, to, ...entity }, because(reason));
    return bare.values.find((value) => value.name === name)?.[side] ?? null;
  };
  return (
    <section aria-label={words.maskedValues} className="min-w-0 text-[12px]">
      <h3 className="mb-1 font-semibold">{words.maskedValues}</h3>
      <ul className="flex flex-col gap-1">
        {masked.flatMap((value) =>
          (["from", "to"] as const).map((side) => {
            const shown = value[side];
            if (shown === null) return null;
            const title = words.ofAt(value.name, names[side]);
            return (
              <li key={title} className="flex flex-wrap items-center justify-between gap-2 border-t border-line py-1">
                <span className="min-w-0 font-mono break-words">{title}</span>
                <UnmaskButton value={shown} title={title} of={entity.type} read={(reason) => read(value.name, side, reason)} />
              </li>
            );
          }),
        )}
      </ul>
    </section>
  );
}

interface MessagesProps {
  title: string;
  pair: { from: KeptMessagesView | null; to: KeptMessagesView | null };
  names: SideIds;
  when: "sent" | "due";
}

function Messages({ title, pair: { from, to }, names, when }: MessagesProps): ReactElement {
  const { entity: words } = useComparisonsWords();
  const told = (side: KeptMessagesView | null): string => (side === null ? words.notKnown : grouped(side.total));
  return (
    <section aria-label={title} className="min-w-0 text-[12px]">
      <h3 className="mb-1 font-semibold">{title}</h3>
      <p className="text-quiet">
        <span className="font-mono">{told(from)}</span> {words.at(names.from)}, <span className="font-mono">{told(to)}</span>{" "}
        {words.at(names.to)}.{from === null || to === null ? words.noListNow : ""}
      </p>
      {[from, to].map((side, at) =>
        side === null || side.first.length === 0 ? null : (
          <ul key={at === 0 ? "from" : "to"} className="mt-2" aria-label={words.ofAt(title, at === 0 ? names.from : names.to)}>
            {side.first.map((message) => (
              <li key={message.sequence} className="border-t border-line py-1 font-mono break-words">
                <span className="text-quiet">
                  {at === 0 ? names.from : names.to} #{message.sequence}
                </span>{" "}
                {message.preview}{" "}
                <span className="text-quiet">
                  {message.typename}, {bytes(message.sizeBytes)}
                  {message.caller === null ? "" : words.from(`${message.caller.type}/${message.caller.id}`)}
                  {message.atMs === null ? "" : words[when](exact(message.atMs))}
                </span>
              </li>
            ))}
            {side.total > side.first.length ? (
              <li className="text-quiet">{words.moreMessages(grouped(side.total - side.first.length))}</li>
            ) : null}
          </ul>
        ),
      )}
    </section>
  );
}
