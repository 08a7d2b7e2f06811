/**
 * The status indicator: three places as on a signal, one lit. Place and word show the state; the colour repeats them.
 */
"use client";
import { useConnection, useStatusSummaryValue } from "../live/use-live.ts";
import { useShellWords } from "../words/shell/use-shell-words.ts";
import { cn } from "../ui/cn.ts";

type Light = "clear" | "caution" | "danger" | "offline";

const inks: Record<Light, string> = { clear: "text-clear", caution: "text-caution", danger: "text-danger", offline: "text-quiet" };
const order = ["clear", "caution", "danger"] as const;

export function StatusIndicator() {
  const shown = useStatusSummaryValue((summary) => summary.indicator);
  const connection = useConnection();
  const { light: words } = useShellWords();
  const light: Light = connection.kind === "live" && shown !== null ? shown : "offline";
  return (
    <span className={cn("flex items-center gap-2", inks[light])} role="status" aria-label={words.signal(words[light])}>
      <svg width="38" height="16" viewBox="0 0 38 16" aria-hidden="true">
        <rect x="0.5" y="0.5" width="37" height="15" rx="7.5" className="fill-raised stroke-line" />
        {order.map((place, index) => (
          <circle
            key={place}
            cx={8.5 + index * 10.5}
            cy="8"
            r={place === light ? 4 : 2.5}
            className={place === light ? "fill-current" : "fill-line-strong"}
          />
        ))}
      </svg>
      <span className="hidden font-semibold text-text room:inline" aria-hidden="true">
        Signalbox
      </span>
      <span className="text-[12px] font-normal whitespace-nowrap" aria-hidden="true">
        {words[light]}
      </span>
    </span>
  );
}
