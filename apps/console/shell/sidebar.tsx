/**
 * The navigation: a sidebar at the left with each page's one live number; under 900 px a bar at the bottom with the four most used pages
 * and the rest behind "More".
 */
"use client";
import { Ellipsis, Keyboard } from "lucide-react";
import { Link } from "../ui/link.tsx";
import { usePathname } from "next/navigation";
import { Popover } from "radix-ui";
import { useState } from "react";
import { useStatusSummary } from "../live/use-live.ts";
import type { StatusSummary } from "../trpc/views.ts";
import { IconButton } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { WhoAmI } from "../identity/who-am-i.tsx";
import { isAt, navigation, type NavigationEntry } from "./navigation.ts";
import { LanguageSwitch } from "../words/language-switch.tsx";
import { useShellWords } from "../words/shell/use-shell-words.ts";
import { useWords } from "../words/use-words.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

const barPaths = new Set(["/", "/flow", "/entities", "/failures"]);
const inks = { quiet: "text-quiet", danger: "text-danger", caution: "text-caution" } as const;

/** Returns the place of this page; a page in none was rendered before anybody asked for its path. */
function usePlace(nowhere: boolean): string {
  const pathname = usePathname();
  return nowhere ? "" : pathname;
}

export function Sidebar({ nowhere, onShortcuts }: { nowhere: boolean; onShortcuts: () => void }) {
  const summary = useStatusSummary();
  const pathname = usePlace(nowhere);
  const { frame: words } = useWords();
  return (
    <nav data-rail aria-label={words.main} className="row-span-2 hidden flex-col border-r border-line bg-panel p-2 room:flex">
      <NavigationList list={navigation.filter((entry) => entry.group === "look")} pathname={pathname} summary={summary} />
      <p className="mt-4 mb-1 px-2.5 text-[12px] text-quiet">{words.manage}</p>
      <NavigationList list={navigation.filter((entry) => entry.group === "manage")} pathname={pathname} summary={summary} />
      <WhoAmI className="mt-auto" />
      <div className="flex gap-1 px-1">
        <ThemeSwitch />
        <LanguageSwitch />
        <IconButton label={`${words.shortcuts} (?)`} size="small" onClick={onShortcuts}>
          <Keyboard aria-hidden="true" className="size-3.5" />
        </IconButton>
      </div>
    </nav>
  );
}

interface NavigationListProps {
  list: readonly NavigationEntry[];
  pathname: string;
  summary: StatusSummary | null;
  onGo?: () => void;
}

function NavigationList({ list, pathname, summary, onGo }: NavigationListProps) {
  return (
    <ul className="flex flex-col gap-0.5">
      {list.map((entry) => (
        <li key={entry.path}>
          <NavigationLink entry={entry} here={isAt(entry, pathname)} summary={summary} onGo={onGo} />
        </li>
      ))}
    </ul>
  );
}

function NavigationLink({
  entry,
  here,
  summary,
  onGo,
}: {
  entry: NavigationEntry;
  here: boolean;
  summary: StatusSummary | null;
  onGo?: (() => void) | undefined;
}) {
  const shellWords = useShellWords();
  const live = summary === null ? null : (entry.live?.(summary, shellWords) ?? null);
  const { navigation: names } = useWords();
  return (
    <Link
      href={entry.path}
      onClick={() => onGo?.()}
      aria-current={here ? "page" : undefined}
      className={cn(
        "flex h-[30px] items-center justify-between rounded-md px-2.5 max-room:h-11",
        here ? "bg-selected font-medium text-text" : "text-quiet hover:bg-hover hover:text-text",
      )}
    >
      {names[entry.words].name}
      {live === null ? null : (
        <span className={cn("font-mono text-[11px] font-normal", inks[live.tone])} title={`${live.text} ${live.meaning}`}>
          {live.text}
        </span>
      )}
    </Link>
  );
}

export function BottomBar({ nowhere }: { nowhere: boolean }) {
  const summary = useStatusSummary();
  const pathname = usePlace(nowhere);
  const [open, setOpen] = useState(false);
  const { frame: words, navigation: names } = useWords();
  const here = navigation.find((entry) => !barPaths.has(entry.path) && isAt(entry, pathname));
  const rest = navigation.filter((entry) => !barPaths.has(entry.path));
  return (
    <nav
      aria-label={words.main}
      className="z-20 grid h-14 grid-cols-5 border-t short:h-9 short:*:flex-row short:*:gap-2 border-line bg-panel room:hidden"
    >
      {navigation
        .filter((entry) => barPaths.has(entry.path))
        .map((entry) => (
          <BarLink key={entry.path} entry={entry} here={isAt(entry, pathname)} summary={summary} />
        ))}
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          className={cn("flex flex-col items-center justify-center gap-0.5 text-[11px]", here === undefined ? "text-quiet" : "text-text")}
        >
          <Ellipsis aria-hidden="true" className="size-[18px]" />
          {here === undefined ? words.more : names[here.words].name}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            side="top"
            align="end"
            sideOffset={8}
            className="z-40 w-60 rounded-md border border-line bg-panel p-2 shadow-float"
            aria-label={words.morePages}
          >
            <NavigationList list={rest} pathname={pathname} summary={summary} onGo={() => setOpen(false)} />
            <WhoAmI className="mt-2" />
            <div className="mt-2 flex gap-1 border-t border-line pt-2">
              <ThemeSwitch />
              <LanguageSwitch />
            </div>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </nav>
  );
}

function BarLink({ entry, here, summary }: { entry: NavigationEntry; here: boolean; summary: StatusSummary | null }) {
  const Icon = entry.icon;
  const shellWords = useShellWords();
  const live = summary === null ? null : (entry.live?.(summary, shellWords) ?? null);
  const alarming = live !== null && live.tone !== "quiet";
  const { navigation: names } = useWords();
  return (
    <Link
      href={entry.path}
      aria-current={here ? "page" : undefined}
      className={cn(
        "relative flex flex-col items-center justify-center gap-0.5 text-[11px]",
        here ? "font-medium text-text" : "text-quiet",
      )}
    >
      {here ? <span className="absolute inset-x-4 top-0 h-0.5 rounded-full bg-message" aria-hidden="true" /> : null}
      <Icon aria-hidden="true" className="size-[18px]" />
      {names[entry.words].name}
      {alarming ? (
        <span className={cn("absolute top-1.5 left-[calc(50%+10px)] short:static font-mono text-[11px]", inks[live.tone])}>
          {live.text}
        </span>
      ) : null}
    </Link>
  );
}
