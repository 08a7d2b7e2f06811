/**
 * ChangesList: what applying would add, change and remove; each colour has a sign too.
 */
import type { ReactElement } from "react";
import type { ModuleChange } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";
import type { ModulesWords } from "../../words/modules/en.ts";

const signs: Record<ModuleChange["change"], { sign: string; className: string }> = {
  added: { sign: "+", className: "text-clear" },
  removed: { sign: "−", className: "text-danger" },
  changed: { sign: "~", className: "text-message" },
};

export function ChangesList({ changes, none }: { changes: readonly ModuleChange[]; none: string }): ReactElement {
  const { is } = useModulesWords().apply;
  if (changes.length === 0) return <p className="text-[12px] text-quiet">{none}</p>;
  return (
    <ul className="flex flex-col text-[12px] leading-5">
      {changes.map((change) => (
        <li
          key={`${change.kind} ${change.id} ${change.change}`}
          className="grid grid-cols-[16px_minmax(0,1fr)] border-t border-line py-1 first:border-t-0"
        >
          <span aria-hidden className={cn("font-mono", signs[change.change].className)}>
            {signs[change.change].sign}
          </span>
          <span className="min-w-0 break-words">
            <span className={signs[change.change].className}>{is[change.change]}</span> <span lang="en">{change.kind}</span>{" "}
            <span className="font-mono">{change.id}</span>
            {change.detail === "" ? null : (
              <span lang="en" className="block text-quiet">
                {change.detail}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function summaryOf(changes: readonly ModuleChange[], words: ModulesWords["apply"]): string {
  const count = (kind: ModuleChange["change"]): number => changes.filter((change) => change.change === kind).length;
  const parts = (["added", "changed", "removed"] as const).map((kind) =>
    count(kind) === 0 ? null : words.sum(count(kind), words.is[kind]),
  );
  return parts.filter((part) => part !== null).join(", ");
}
