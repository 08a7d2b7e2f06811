/** CodePanel: the message on screen as curl, in our SDK, and over gRPC, to be copied. */
"use client";
import { useState, type ReactElement } from "react";
import { useMe } from "../../identity/use-me.ts";
import { originUrlOf } from "../../shell/base-path.ts";
import { Segmented } from "../../ui/form/segmented.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { codeOf, type CodeForm } from "./code-forms.ts";
import type { Draft } from "./message-body.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

const labels = [
  { value: "curl", label: "curl" },
  { value: "sdk", label: "SDK" },
  { value: "grpc", label: "gRPC" },
] as const;

export function CodePanel({ draft, call }: { draft: Draft; call: boolean }): ReactElement {
  const words = useSendWords();
  const token = useMe()?.loginRequired === true;
  const [form, setForm] = useState<CodeForm>("curl");
  const code = (): string => codeOf(form, draft, { origin: originUrlOf(""), host: window.location.hostname, call, token });
  return (
    <section aria-label={words.code.title} className="flex min-w-0 flex-col gap-2">
      <PartTitle end={<CopyButton text={code}>{words.code.copy}</CopyButton>}>{words.code.title}</PartTitle>
      <Segmented small label={words.code.form} value={form} onChange={setForm} options={labels} />
      <pre className="max-h-56 overflow-auto rounded border border-line bg-panel p-2.5 font-mono text-[12px] leading-5" tabIndex={0}>
        {typeof window === "undefined" ? "" : code()}
      </pre>
    </section>
  );
}
