/** CopyButton: copies a text and says so, to the eye and to assistive technology. */
"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import { Button, IconButton } from "./button.tsx";

const SAID_MS = 1_500;

export function CopyButton({
  text,
  label = "Copy",
  children,
}: {
  text: string | (() => string);
  label?: string;
  children?: ReactNode;
}): ReactElement {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
    setCopied(true);
  }
  const icon = copied ? <Check aria-hidden className="size-3.5 text-clear" /> : <Copy aria-hidden className="size-3.5" />;
  const say = (
    <span aria-live="polite" className="sr-only">
      {copied ? "Copied" : ""}
    </span>
  );
  if (children !== undefined) {
    return (
      <Button size="small" tone="ghost" onClick={() => void copy()}>
        {icon}
        {children}
        {say}
      </Button>
    );
  }
  return (
    <>
      <IconButton size="small" label={copied ? "Copied" : label} onClick={() => void copy()}>
        {icon}
      </IconButton>
      {say}
    </>
  );
}
