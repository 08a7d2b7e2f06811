/** FilmBar: a stop for each hop, the keys that move between them, and the link of the frame that is shown. */
"use client";
import { PageShortcut } from "./page-shortcut.tsx";
import { originUrlOf } from "../../shell/base-path.ts";
import { filmHref, traceHref } from "../../shell/navigation.ts";
import { Button } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { Kbd } from "../../ui/text/kbd.tsx";
import type { TraceItem } from "./causal-tree.ts";
import type { Film } from "./use-film.ts";
import { useRecordWords } from "../../words/record/use-record-words.ts";

const STOPS_DRAWN_MAX = 40;

export interface FilmBarProps {
  trace: number;
  film: Film;
  /** Whether it is on the page of the trace, or over the whole Flow. */
  place: "trace" | "flow";
}

export function FilmBar({ trace, film, place }: FilmBarProps) {
  const { film: words } = useRecordWords();
  const { frames, at, playing, opened } = film;
  const here = place === "trace" ? traceHref : filmHref;
  const other = place === "trace" ? filmHref : traceHref;
  return (
    <section
      aria-label={words.label}
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-t border-line bg-panel px-4 py-2"
    >
      <PageShortcut keys="left" shown="←" group={words.group} label={words.before} act={() => film.step(-1)} />
      <PageShortcut keys="right" shown="→" group={words.group} label={words.next} act={() => film.step(1)} />
      <PageShortcut keys="space" shown={words.space} group={words.group} label={words.toggle} act={film.toggle} />
      <Button size="regular" onClick={() => film.step(-1)} aria-label={words.before} disabled={at === 0}>
        ‹<span className="max-room:hidden"> {words.hop}</span> <Kbd>←</Kbd>
      </Button>
      <Button tone="primary" onClick={film.toggle} className="min-w-[128px]">
        {playing ? words.stop : words.play} <Kbd>{words.space}</Kbd>
      </Button>
      <Button onClick={() => film.step(1)} aria-label={words.next} disabled={at >= frames.length - 1}>
        <span className="max-room:hidden">{words.hop} </span>› <Kbd>→</Kbd>
      </Button>
      <Stops film={film} />
      <span role="status" className="font-mono text-[12px] whitespace-nowrap text-quiet">
        {at < 0 ? words.hops(frames.length) : words.of(at + 1, frames.length)}
      </span>
      <span className="ml-auto flex flex-wrap items-center gap-2">
        <Segmented
          label={words.pace}
          small
          value={film.pace}
          onChange={film.setPace}
          options={[
            { value: "real", label: words.asItWas },
            { value: "even", label: words.even },
          ]}
        />
        <CopyButton text={() => originUrlOf(frameHref(here(trace), opened?.key))}>{words.copyLink}</CopyButton>
        <Link href={frameHref(other(trace), opened?.key)} className="text-[12px] whitespace-nowrap text-message hover:underline">
          {place === "trace" ? words.onFlow : words.asStory}
        </Link>
      </span>
    </section>
  );
}

function frameHref(page: string, hop: string | undefined): string {
  if (hop === undefined) return page;
  return `${page}${page.includes("?") ? "&" : "?"}${new URLSearchParams({ hop }).toString()}`;
}

function Stops({ film: { frames, at, open } }: { film: Film }) {
  const { film: words } = useRecordWords();
  if (frames.length > STOPS_DRAWN_MAX) return null;
  return (
    <span role="group" aria-label={words.stops} className="flex items-center max-room:hidden">
      {frames.map((item, index) => (
        <span key={item.key} className="flex items-center">
          {index === 0 ? null : <span className={`h-px w-3 ${index <= at ? "bg-message" : "bg-line-strong"}`} />}
          <button
            type="button"
            // All stops are one stop of the Tab key; arrows move between them.
            tabIndex={index === Math.max(at, 0) ? 0 : -1}
            aria-label={words.stopOf(index + 1)}
            aria-current={index === at ? "step" : undefined}
            onClick={() => open(item.key)}
            className="flex size-4 items-center justify-center"
          >
            <span className={stopClass(item, { shown: index === at, passed: index <= at })} />
          </button>
        </span>
      ))}
    </span>
  );
}

function stopClass(item: TraceItem, { shown, passed }: { shown: boolean; passed: boolean }): string {
  const parked = item.kind === "record" && item.record.outcome === "parked";
  const shape = parked ? "size-2 bg-danger" : item.kind === "egress" ? "size-2 rotate-45" : "size-2 rounded-full";
  const tone = parked ? "" : item.kind === "egress" ? "bg-egress" : passed ? "bg-message" : "bg-line-strong";
  return `${shape} ${tone} ${shown ? "outline-2 outline-offset-2 outline-message" : ""}`;
}
