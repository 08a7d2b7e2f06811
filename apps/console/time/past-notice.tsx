/**
 * PastNotice: what the open page knows of the moment, and what it does not.
 */
"use client";
import { usePathname } from "next/navigation";
import { clock } from "../format/times.ts";
import { useNoticesWords } from "../words/notices/use-notices-words.ts";

/** The longest matching path decides. `past` says whether the page shows the past. */
const pages = [
  { path: "/", past: false },
  { path: "/flow", past: true },
  { path: "/entities", past: false },
  { path: "/entities/x", past: true },
  { path: "/functions", past: true },
  { path: "/failures", past: true },
] as const;
const other = { path: "other", past: false } as const;

export function PastNotice({ atMs }: { atMs: number }) {
  const pathname = usePathname();
  const here = pathname.startsWith("/entities/") ? "/entities/x" : pathname;
  const { past: words } = useNoticesWords();
  const { past, path: told } =
    pages
      .filter(({ path }) => here === path || (path !== "/" && here.startsWith(`${path}/`)))
      .toSorted((left, right) => right.path.length - left.path.length)[0] ?? other;
  return (
    <p role="note" aria-label={words.label} className="border-b border-line bg-past px-4 py-1 text-[12px]">
      <span className="font-medium text-caution">{past ? words.asOf(clock(atMs, false)) : words.notThen}</span> {words.pages[told]}
    </p>
  );
}
