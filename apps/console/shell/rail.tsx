/**
 * Where to go: a rail at the left with each place's one live number; under 900 px a bar at the bottom with the four most
 * used places and the rest behind "More".
 */
"use client";
import { Ellipsis, Keyboard } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { Popover } from "radix-ui";
import { useState } from "react";
import { usePulse } from "../live/use-live.ts";
import type { Pulse } from "../trpc/views.ts";
import { IconButton } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { isAt, places, type Place } from "./places.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

const barPaths = new Set(["/", "/flow", "/entities", "/failures"]);
const inks = { quiet: "text-quiet", danger: "text-danger", caution: "text-caution" } as const;

export function Rail({ onShortcuts }: { onShortcuts: () => void }) {
  const pulse = usePulse();
  const pathname = usePathname();
  return (
    <nav aria-label="Places" className="row-span-2 hidden flex-col border-r border-line bg-panel p-2 room:flex">
      <PlaceList list={places.filter((place) => place.group === "look")} pathname={pathname} pulse={pulse} />
      <p className="mt-4 mb-1 px-2.5 text-[12px] text-quiet">Manage</p>
      <PlaceList list={places.filter((place) => place.group === "manage")} pathname={pathname} pulse={pulse} />
      <div className="mt-auto flex gap-1 px-1">
        <ThemeSwitch />
        <IconButton label="Shortcuts (?)" size="small" onClick={onShortcuts}>
          <Keyboard aria-hidden="true" className="size-3.5" />
        </IconButton>
      </div>
    </nav>
  );
}

interface PlaceListProps {
  list: readonly Place[];
  pathname: string;
  pulse: Pulse | null;
  onGo?: () => void;
}

function PlaceList({ list, pathname, pulse, onGo }: PlaceListProps) {
  return (
    <ul className="flex flex-col gap-0.5">
      {list.map((place) => (
        <li key={place.path}>
          <PlaceLink place={place} here={isAt(place, pathname)} pulse={pulse} onGo={onGo} />
        </li>
      ))}
    </ul>
  );
}

function PlaceLink({ place, here, pulse, onGo }: { place: Place; here: boolean; pulse: Pulse | null; onGo?: (() => void) | undefined }) {
  const live = pulse === null ? null : (place.live?.(pulse) ?? null);
  return (
    <Link
      href={place.path}
      onClick={() => onGo?.()}
      aria-current={here ? "page" : undefined}
      className={cn(
        "flex h-[30px] items-center justify-between rounded-md px-2.5 max-room:h-11",
        here ? "bg-selected font-medium text-text" : "text-quiet hover:bg-hover hover:text-text",
      )}
    >
      {place.name}
      {live === null ? null : (
        <span className={cn("font-mono text-[11px] font-normal", inks[live.tone])} title={`${live.text} ${live.meaning}`}>
          {live.text}
        </span>
      )}
    </Link>
  );
}

export function BottomBar() {
  const pulse = usePulse();
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const rest = places.filter((place) => !barPaths.has(place.path));
  const inRest = rest.some((place) => isAt(place, pathname));
  return (
    <nav aria-label="Places" className="z-20 grid h-14 grid-cols-5 border-t border-line bg-panel room:hidden">
      {places
        .filter((place) => barPaths.has(place.path))
        .map((place) => (
          <BarLink key={place.path} place={place} here={isAt(place, pathname)} pulse={pulse} />
        ))}
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger
          className={cn("flex flex-col items-center justify-center gap-0.5 text-[11px]", inRest ? "text-text" : "text-quiet")}
        >
          <Ellipsis aria-hidden="true" className="size-[18px]" />
          {rest.find((place) => isAt(place, pathname))?.name ?? "More"}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            side="top"
            align="end"
            sideOffset={8}
            className="z-40 w-60 rounded-md border border-line bg-panel p-2 shadow-float"
            aria-label="More places"
          >
            <PlaceList list={rest} pathname={pathname} pulse={pulse} onGo={() => setOpen(false)} />
            <div className="mt-2 border-t border-line pt-2">
              <ThemeSwitch />
            </div>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </nav>
  );
}

function BarLink({ place, here, pulse }: { place: Place; here: boolean; pulse: Pulse | null }) {
  const Icon = place.icon;
  const live = pulse === null ? null : (place.live?.(pulse) ?? null);
  const alarming = live !== null && live.tone !== "quiet";
  return (
    <Link
      href={place.path}
      aria-current={here ? "page" : undefined}
      className={cn(
        "relative flex flex-col items-center justify-center gap-0.5 text-[11px]",
        here ? "font-medium text-text" : "text-quiet",
      )}
    >
      {here ? <span className="absolute inset-x-4 top-0 h-0.5 rounded-full bg-message" aria-hidden="true" /> : null}
      <Icon aria-hidden="true" className="size-[18px]" />
      {place.name}
      {alarming ? (
        <span className={cn("absolute top-1.5 left-[calc(50%+10px)] font-mono text-[11px]", inks[live.tone])}>{live.text}</span>
      ) : null}
    </Link>
  );
}
