/**
 * StatusWord and Badge: a state is always a shape and a word; its colour only repeats them.
 */
import { cva } from "class-variance-authority";
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn.ts";

export type Tone = "clear" | "caution" | "danger" | "message" | "egress" | "quiet";

const toneText = cva("", {
  variants: {
    tone: {
      clear: "text-clear",
      caution: "text-caution",
      danger: "text-danger",
      message: "text-message",
      egress: "text-egress",
      quiet: "text-quiet",
    },
  },
});

function toneClass(tone: Tone): string {
  return toneText({ tone });
}

/** Each tone has its own outline, so that it can be told apart without colour. */
function Shape({ tone }: { tone: Tone }): ReactElement {
  const common = { width: 8, height: 8, viewBox: "0 0 8 8", "aria-hidden": true, className: "shrink-0" } as const;
  switch (tone) {
    case "clear":
      return (
        <svg {...common}>
          <circle cx="4" cy="4" r="3.5" fill="currentColor" />
        </svg>
      );
    case "caution":
      return (
        <svg {...common}>
          <path d="M4 0.5 7.8 7.5H0.2Z" fill="currentColor" />
        </svg>
      );
    case "danger":
      return (
        <svg {...common}>
          <rect x="0.5" y="0.5" width="7" height="7" fill="currentColor" />
        </svg>
      );
    case "message":
      return (
        <svg {...common}>
          <path d="M0.5 0.5 7.5 4 0.5 7.5Z" fill="currentColor" />
        </svg>
      );
    case "egress":
      return (
        <svg {...common}>
          <path d="M4 0 8 4 4 8 0 4Z" fill="currentColor" />
        </svg>
      );
    case "quiet":
      return (
        <svg {...common}>
          <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="1.2" />
        </svg>
      );
  }
}

export function StatusWord({ tone, children, className }: { tone: Tone; children: ReactNode; className?: string }): ReactElement {
  return (
    <span className={cn("inline-flex items-center gap-1.5 whitespace-nowrap", toneClass(tone), className)}>
      <Shape tone={tone} />
      {children}
    </span>
  );
}

export function Badge({ tone = "quiet", children, className }: { tone?: Tone; children: ReactNode; className?: string }): ReactElement {
  return (
    <span
      className={cn(
        "inline-flex h-5 items-center rounded-[3px] border border-line bg-raised px-1.5 font-mono text-[11px] whitespace-nowrap",
        toneClass(tone),
        className,
      )}
    >
      {children}
    </span>
  );
}
