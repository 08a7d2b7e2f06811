/**
 * MovePlanTable: each part of a savepoint in a move: how many, what becomes of it, why, and what to do; a part that may be accepted has a
 * box for it.
 */
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import type { MoveItem } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Checkbox } from "../../ui/form/field.tsx";
import { fateWords, inOrder } from "./move-words.ts";
import { useMoveWords } from "../../words/move/use-move-words.ts";

export interface MovePlanTableProps {
  readonly items: readonly MoveItem[];
  readonly accepted: readonly string[];
  readonly onAccept: (what: string, isAccepted: boolean) => void;
}

export function MovePlanTable({ items, accepted, onAccept }: MovePlanTableProps): ReactElement {
  const { plan: words } = useMoveWords();
  return (
    <table className="w-full table-fixed text-left text-[13px]">
      <thead className="text-[12px] text-quiet max-sm:hidden">
        <tr>
          <th className="w-[190px] py-1 pr-3 font-normal">{words.part}</th>
          <th className="w-[110px] py-1 pr-6 text-right font-normal">{words.count}</th>
          <th className="w-[130px] py-1 pr-3 font-normal">{words.otherSide}</th>
          <th className="py-1 font-normal">{words.why}</th>
        </tr>
      </thead>
      <tbody>
        {inOrder(items).map((item) => {
          const { tone, word } = fateWords(item, accepted, words.fates);
          return (
            <tr key={item.what} className="border-t border-line align-top max-sm:flex max-sm:flex-wrap max-sm:gap-x-3 max-sm:py-1">
              <td className="py-1.5 pr-3 max-sm:py-0.5">{words.partName(item.what)}</td>
              <td className="py-1.5 pr-6 text-right font-mono text-[12px] max-sm:py-0.5">{grouped(item.count)}</td>
              <td className="py-1.5 pr-3 max-sm:py-0.5">
                <StatusWord tone={tone}>{word}</StatusWord>
              </td>
              <td className="py-1.5 text-quiet max-sm:basis-full max-sm:py-0.5">
                <span lang="en">{item.why}</span>
                {item.cure === "" ? null : (
                  <span lang="en" className="block text-text">
                    {item.cure}
                  </span>
                )}
                {item.examples.length === 0 ? null : (
                  <span className="block font-mono text-[12px] break-all">{item.examples.join(", ")}</span>
                )}
                {item.acceptable && item.fate === "blocks" ? (
                  <Checkbox
                    className="mt-1 text-text"
                    label={words.accept}
                    checked={accepted.includes(item.what)}
                    onChange={(event) => onAccept(item.what, event.currentTarget.checked)}
                  />
                ) : null}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
