/**
 * TypeSparkline: messages of a function type in each minute of the last hour, as a line; only the busiest types of the hour have one.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { createContext, use, type ReactElement, type ReactNode } from "react";
import { useSeconds } from "../../live/use-seconds.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

const minuteMs = 60_000;
const minutes = 60;
const typesMax = 40;
const [width, height] = [96, 18];

type Lines = ReadonlyMap<string, readonly (number | null)[]>;
const LinesContext = createContext<Lines>(new Map());

/** One query for all rows below it, once a minute. */
export function TypeSparklines({ children }: { children: ReactNode }): ReactElement {
  const toMs = Math.floor(useSeconds() / minuteMs) * minuteMs;
  const { data } = useQuery({
    ...useTRPC().rollups.busiest.queryOptions({
      fromMs: Math.max(0, toMs - minutes * minuteMs),
      toMs,
      stepMs: minuteMs,
      limit: typesMax,
      values: "in",
    }),
    enabled: toMs > 0,
    placeholderData: (before) => before,
  });
  const lines: Lines = new Map((data?.rows ?? []).map(({ name, values }) => [name, values.in ?? []]));
  return <LinesContext value={lines}>{children}</LinesContext>;
}

export function TypeSparkline({ type }: { type: string }): ReactElement {
  const words = useFunctionsWords();
  const line = use(LinesContext).get(type);
  if (line === undefined) return <span className="text-quiet">–</span>;
  const peak = Math.max(1, ...line.map((value) => value ?? 0));
  const sum = line.reduce<number>((all, value) => all + (value ?? 0), 0);
  const points = line.flatMap((value, place) =>
    value === null
      ? []
      : [`${((place / Math.max(1, line.length - 1)) * width).toFixed(1)},${(height - 1 - (value / peak) * (height - 3)).toFixed(1)}`],
  );
  return (
    <svg width={width} height={height} role="img" aria-label={words.hour(sum, peak)} className="inline-block align-middle">
      <polyline points={points.join(" ")} fill="none" stroke="var(--message)" strokeWidth="1.2" />
    </svg>
  );
}
