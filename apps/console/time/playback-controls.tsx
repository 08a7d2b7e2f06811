/** PlaybackControls: play the past, how fast, one message on or back, and a link to this moment. The same by keys: space, comma, full stop. */
"use client";
import { useState } from "react";
import { useShortcut } from "../shell/shortcuts.tsx";
import { useClient } from "../trpc/context.tsx";
import { Button } from "../ui/button.tsx";
import { problemOf } from "../ui/feedback/problem.ts";
import { toast } from "../ui/feedback/toaster.tsx";
import { CopyButton } from "../ui/text/copy-button.tsx";
import { Segmented } from "../ui/form/segmented.tsx";
import type { MessageAsk, Way } from "./message-steps.ts";
import { speeds, type Speed } from "./time-cursor.ts";
import { useCursor, useTimeStore } from "./use-time.tsx";

const speedTexts = { 1: "1×", 10: "10×", 60: "60×" } as const;

export function PlaybackControls({ narrow = false }: { narrow?: boolean }) {
  const store = useTimeStore();
  const cursor = useCursor();
  const [chosen, setChosen] = useState<Speed>(store.speed);
  const speed = cursor.kind === "playing" ? cursor.speed : chosen;
  const playing = cursor.kind === "playing";
  const toggle = (): void => store.act(playing ? { kind: "pause" } : { kind: "play", speed });
  const step = useMessageStep();
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <Button size="small" title="The message before (,)" onClick={() => step(-1)}>
        ‹ msg
      </Button>
      <Button size="small" tone="primary" className="w-14" aria-pressed={playing} title="Play or pause (space)" onClick={toggle}>
        {playing ? "Pause" : "Play"}
      </Button>
      <Button size="small" title="The next message (.)" onClick={() => step(1)}>
        msg ›
      </Button>
      <Segmented
        small
        label="How fast the past plays"
        value={speedTexts[speed]}
        onChange={(text) => {
          const next = speeds.find((one) => speedTexts[one] === text) ?? 1;
          store.speed = next;
          setChosen(next);
          if (playing) store.act({ kind: "play", speed: next });
        }}
        options={speeds.map((one) => ({ value: speedTexts[one], label: speedTexts[one] }))}
      />
      {narrow ? null : <CopyButton label="Copy a link to this moment" text={() => window.location.href} />}
    </div>
  );
}

/** Once a page, for as long as the past is shown: the controls stand in two places, of which one is seen. */
export function PlaybackKeys(): null {
  const store = useTimeStore();
  const onStep = useMessageStep();
  const group = "Time";
  const onToggle = (): void => {
    const { cursor } = store.snapshot();
    store.act(cursor.kind === "playing" ? { kind: "pause" } : { kind: "play", speed: store.speed });
  };
  useShortcut({ keys: "comma", shown: ",", label: "One message back", group }, () => onStep(-1));
  useShortcut({ keys: "period", shown: ".", label: "One message on", group }, () => onStep(1));
  useShortcut({ keys: "shift+p", shown: "shift P", label: "Play or pause the past", group }, onToggle);
  return null;
}

function useMessageStep(): (way: Way) => void {
  const store = useTimeStore();
  const client = useClient();
  return (way) => {
    const ask = async (range: MessageAsk): Promise<number | null> =>
      (await client.past.records.query({ ...range, limit: 1 })).rows[0]?.atMs ?? null;
    store.steps.step(way, ask).then(
      (found) => {
        if (!found) toast(way === 1 ? "No later message within an hour" : "No earlier message within an hour, or the journal ends here");
      },
      (error: unknown) => {
        const { title, cure } = problemOf(error);
        toast.error(title, { description: cure });
      },
    );
  };
}
