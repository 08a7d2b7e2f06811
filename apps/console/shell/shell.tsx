/**
 * The four fixed parts: status strip, sidebar (a bar at the bottom under 900 px), work area with the inspector's slot, timeline. It also
 * owns the live stream (pages without a frame, such as the login, ask for nothing), the command palette and the shortcuts sheet.
 */
"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { RoleKeeper } from "../identity/role-keeper.tsx";
import { LiveProvider } from "../live/live-provider.tsx";
import { Banners } from "./banners.tsx";
import { InspectorSlot } from "./inspector.tsx";
import { NavigationGuard } from "./navigation-guard.tsx";
import { navigation, type NavigationEntry } from "./navigation.ts";
import { BottomBar, Sidebar } from "./sidebar.tsx";
import { ShortcutsProvider, useShortcut } from "./shortcuts.tsx";
import { StatusStrip } from "./status-strip.tsx";
import { Timeline } from "./timeline.tsx";
import { TimeUrl } from "../time/time-url.tsx";
import { TimeProvider, useAt, useCursor, useTimeStore } from "../time/use-time.tsx";
import { useGuideStage } from "../features/guide/guide-progress.ts";
import { useWords } from "../words/use-words.ts";

// These open by a key: their code is fetched when it is first needed, so that no first visit pays for it.
const CommandPalette = dynamic(async () => (await import("./command-palette.tsx")).CommandPalette, { ssr: false });
/** For newcomers only. */
const GuideBar = dynamic(async () => (await import("../features/guide/guide-bar.tsx")).GuideBar, { ssr: false });
const ShortcutsSheet = dynamic(async () => (await import("./shortcuts-sheet.tsx")).ShortcutsSheet, { ssr: false });
/** For people who look at the past. */
const PastNotice = lazy(async () => ({ default: (await import("../time/past-notice.tsx")).PastNotice }));

interface ShellProps {
  children: ReactNode;
  /** Set when the page is in none of the places of the sidebar. */
  nowhere?: boolean;
}

export function Shell({ children, nowhere = false }: ShellProps) {
  return (
    <LiveProvider>
      <RoleKeeper>
        <ShortcutsProvider>
          <TimeProvider>
            <Suspense>
              <TimeUrl />
            </Suspense>
            <Frame nowhere={nowhere}>{children}</Frame>
          </TimeProvider>
        </ShortcutsProvider>
      </RoleKeeper>
    </LiveProvider>
  );
}

/**
 * The frame is one piece, without boundaries around its parts: what lies within a boundary is sent behind the page, hidden, and a script
 * moves it to its place. Until that script ran, nobody would see or reach the strip and the timeline.
 */
function Frame({ children, nowhere }: Required<ShellProps>) {
  const [paletteOpen, setPaletteOpen] = useState<boolean>();
  const [sheetOpen, setSheetOpen] = useState<boolean>();
  const { frame: words } = useWords();
  const group = words.everywhere;
  useShortcut({ keys: "mod+k", shown: "ctrl K", label: words.goToAnything, group }, () => setPaletteOpen(true), { whileTyping: true });
  useShortcut({ keys: "?", shown: "?", label: words.shortcuts, group }, () => setSheetOpen(true));
  return (
    <div
      data-frame
      className="grid h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[44px_minmax(0,1fr)_auto_auto] overflow-hidden room:grid-cols-[184px_minmax(0,1fr)] room:grid-rows-[44px_minmax(0,1fr)_auto]"
    >
      <a
        href="#work"
        className="sr-only z-50 rounded bg-invert px-3 py-2 text-invert-text focus:not-sr-only focus:absolute focus:top-1 focus:left-1"
      >
        {words.skip}
      </a>
      <StatusStrip onSearch={() => setPaletteOpen(true)} />
      <Sidebar nowhere={nowhere} onShortcuts={() => setSheetOpen(true)} />
      <div className="flex min-h-0 min-w-0 flex-col">
        <Banners />
        <NavigationGuard />
        <Newcomer />
        <Suspense>
          <Past />
        </Suspense>
        <WorkArea>{children}</WorkArea>
      </div>
      <Timeline />
      <BottomBar nowhere={nowhere} />
      {paletteOpen === undefined ? null : (
        <CommandPalette open={paletteOpen} onOpenChange={setPaletteOpen} onShortcuts={() => setSheetOpen(true)} />
      )}
      {sheetOpen === undefined ? null : <ShortcutsSheet open={sheetOpen} onOpenChange={setSheetOpen} />}
      {navigation.map((entry) => (
        <NavigationShortcut key={entry.path} entry={entry} />
      ))}
    </div>
  );
}

function Past() {
  const atMs = useAt();
  return atMs === null ? null : <PastNotice atMs={atMs} />;
}

function Newcomer() {
  const stage = useGuideStage();
  return stage === "begun" || stage === "trace-seen" ? <GuideBar /> : null;
}

/**
 * The page and the inspector's slot beside it. It is a component of its own, so that only what depends on the slot is rendered again when
 * it is there.
 */
function WorkArea({ children }: { children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const past = useCursor().kind !== "live";
  return (
    <div className="relative flex min-h-0 flex-1" data-past={past}>
      {past ? <BackToNow /> : null}
      {past ? <div aria-hidden="true" className="pointer-events-none absolute inset-0 z-30 border-2 border-caution" /> : null}
      <InspectorSlot value={slot}>
        <main id="work" className="flex min-h-0 min-w-0 flex-1 flex-col" tabIndex={-1}>
          {children}
        </main>
      </InspectorSlot>
      <div
        ref={setSlot}
        className="shrink-0 max-room:absolute max-room:inset-x-0 max-room:bottom-0 max-room:z-10 max-room:h-[72%] max-room:border-t max-room:border-line max-room:shadow-float empty:hidden"
      />
    </div>
  );
}

/** Escape closes what is open first; then it leads back to now. */
function BackToNow() {
  const store = useTimeStore();
  const { frame: words } = useWords();
  const isOpen = (): boolean => document.querySelector("[role=dialog], aside[data-inspector]") !== null;
  useShortcut({ keys: "escape", shown: "Esc", label: words.backToNow, group: words.time }, () => {
    if (!isOpen()) store.act({ kind: "back" });
  });
  return null;
}

function NavigationShortcut({ entry }: { entry: NavigationEntry }) {
  const router = useRouter();
  const { navigation: names, frame: words } = useWords();
  useShortcut({ keys: `g>${entry.key}`, shown: `g ${entry.key}`, label: names[entry.words].name, group: words.goTo }, () =>
    router.push(entry.path),
  );
  return null;
}
