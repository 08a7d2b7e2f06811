/** PastNotice: what the page that is open tells of the moment, and what it does not know of it. */
"use client";
import { usePathname } from "next/navigation";
import { clock } from "../format/times.ts";

/** The longest path that fits says it. `past`: what stands there is of then. */
const pages: readonly { readonly path: string; readonly past: boolean; readonly words: string }[] = [
  { path: "/", past: false, words: "Charts and the strip show then; the lists beside them show now." },
  { path: "/flow", past: true, words: "Recorded messages move again; boxes stand where they stand now. What waited then is not known." },
  { path: "/entities", past: false, words: "The list is of now, and what came since is in it; an entity that you open is as of then." },
  { path: "/entities/x", past: true, words: "State and history are of then, as far as the journal tells." },
  { path: "/functions", past: true, words: "Types show the numbers of that minute; endpoints and limits show now." },
  { path: "/failures", past: true, words: "Counts and parked entities of the ten minutes before; causes are grouped for now only." },
];
const other = { past: false, words: "This page shows now: what it was then is not kept for it." };

export function PastNotice({ atMs }: { atMs: number }) {
  const pathname = usePathname();
  const here = pathname.startsWith("/entities/") ? "/entities/x" : pathname;
  const { past, words } =
    pages
      .filter(({ path }) => here === path || (path !== "/" && here.startsWith(`${path}/`)))
      .toSorted((left, right) => right.path.length - left.path.length)[0] ?? other;
  return (
    <p role="note" aria-label="What this page knows of the past" className="border-b border-line bg-past px-4 py-1 text-[12px]">
      <span className="font-medium text-caution">{past ? `▲ As of ${clock(atMs, false)}.` : "▲ Not of then."}</span> {words}
    </p>
  );
}
