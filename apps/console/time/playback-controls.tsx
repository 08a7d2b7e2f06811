/**
 * PlaybackControls: play the past, how fast, one message on or back, and a link to this moment. Keys do the same: space, comma, full stop.
 */
"use client";
import { useState } from "react";
import { useShortcut } from "../shell/shortcuts.tsx";
import { useClient } from "../trpc/context.tsx";
import { Button } from "../ui/button.tsx";
import { useProblem } from "../ui/feedback/use-problem.ts";
import { toast } from "../ui/feedback/toaster.tsx";
import { CopyButton } from "../ui/text/copy-button.tsx";
import { Segmented } from "../ui/form/segmented.tsx";
import { useShellWords } from "../words/shell/use-shell-words.ts";
import { useWords } from "../words/use-words.ts";
import type { MessageAsk, Way } from "./message-steps.ts";
import { speeds, type Speed } from "./time-cursor.ts";
import { useCursor, useTimeStore } from "./use-time.tsx";

const speedTexts = { 1: "1×", 10: "10×", 60: "60×" } as const;

export function PlaybackControls({ narrow = false }: { narrow?: boolean }) {
  const words = useShellWords();
  const store = useTimeStore();
  const cursor = useCursor();
  const [chosen, setChosen] = useState<Speed>(store.speed);
  const speed = cursor.kind === "playing" ? cursor.speed : chosen;
  const playing = cursor.kind === "playing";
  const toggle = (): void => store.act(playing ? { kind: "pause" } : { kind: "play", speed });
  const step = useMessageStep();
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <Button size="small" title={words.past.before} onClick={() => step(-1)}>
        {words.past.back}
      </Button>
      <Button size="small" tone="primary" className="w-14" aria-pressed={playing} title={words.past.toggle} onClick={toggle}>
        {playing ? "Pause" : words.past.play}
      </Button>
      <Button size="small" title={words.past.after} onClick={() => step(1)}>
        {words.past.on}
      </Button>
      <Segmented
        small
        label={words.past.speed}
        value={speedTexts[speed]}
        onChange={(text) => {
          const next = speeds.find((one) => speedTexts[one] === text) ?? 1;
          store.speed = next;
          setChosen(next);
          if (playing) store.act({ kind: "play", speed: next });
        }}
        options={speeds.map((one) => ({ value: speedTexts[one], label: speedTexts[one] }))}
      />
      {narrow ? null : <CopyButton label={words.past.copyLink} text={() => window.location.href} />}
    </div>
  );
}

/** Mounted once a page, for as long as the past is shown, because the controls are in two places, of which one is visible. */
export function PlaybackKeys(): null {
  const store = useTimeStore();
  const onStep = useMessageStep();
  const { past: said } = useShellWords();
  const group = useWords().frame.time;
  const onToggle = (): void => {
    const { cursor } = store.snapshot();
    store.act(cursor.kind === "playing" ? { kind: "pause" } : { kind: "play", speed: store.speed });
  };
  useShortcut({ keys: "comma", shown: ",", label: said.oneBack, group }, () => onStep(-1));
  useShortcut({ keys: "period", shown: ".", label: said.oneOn, group }, () => onStep(1));
  useShortcut({ keys: "shift+p", shown: "shift P", label: said.togglePast, group }, onToggle);
  return null;
}

function useMessageStep(): (way: Way) => void {
  const problemOf = useProblem();
  const { past: said } = useShellWords();
  const store = useTimeStore();
  const client = useClient();
  return (way) => {
    const ask = async (range: MessageAsk): Promise<number | null> =>
      (await client.past.records.query({ ...range, limit: 1 })).rows[0]?.atMs ?? null;
    store.steps.step(way, ask).then(
      (found) => {
        if (!found) toast(way === 1 ? said.noLater : said.noEarlier);
      },
      (error: unknown) => {
        const { title, cure } = problemOf(error);
        toast.error(title, { description: cure });
      },
    );
  };
}
