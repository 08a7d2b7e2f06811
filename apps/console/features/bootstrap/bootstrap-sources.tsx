/** BootstrapSources: what a bootstrap reads: files that the gateway keeps (sent from here), and databases. */
"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useRef, useState, type ReactElement } from "react";
import { bytes } from "../../format/numbers.ts";
import { MayButton } from "../../identity/may-button.tsx";
import { urlOf } from "../../shell/base-path.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Input } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { sendFile } from "../savepoints/send-file.ts";
import { draftOfFile, fileKinds, keptName, type SourceDraft } from "./source-draft.ts";
import { useBootstrapWords } from "../../words/bootstrap/use-bootstrap-words.ts";

const kinds = [...fileKinds, "postgresql"].map((kind) => ({ value: kind as SourceDraft["kind"], label: kind }));

export interface BootstrapSourcesProps {
  readonly sources: readonly SourceDraft[];
  readonly onChange: (sources: readonly SourceDraft[]) => void;
}

type Sending =
  | { readonly kind: "none" }
  | { readonly kind: "sending"; readonly text: string }
  | { readonly kind: "refused"; readonly error: unknown };

/** Sends a file of this machine to the gateway, which keeps it. */
function useSendFile(onKept: (name: string) => void): { readonly sending: Sending; send(file: File): Promise<void> } {
  const { sources: words } = useBootstrapWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [sending, setSending] = useState<Sending>({ kind: "none" });
  const send = async (file: File): Promise<void> => {
    const name = keptName(file.name);
    const tell = (share: number): void =>
      setSending({ kind: "sending", text: words.sending(name, Math.floor(share * 100), bytes(file.size)) });
    try {
      tell(0);
      const url = urlOf(`/v1/bootstrap/files/${encodeURIComponent(name)}`);
      await sendFile({ url, method: "PUT", file, onProgress: tell, signal: new AbortController().signal, read: () => undefined });
      setSending({ kind: "none" });
      await queryClient.invalidateQueries(trpc.bootstrap.files.queryFilter());
      onKept(name);
    } catch (error) {
      setSending({ kind: "refused", error });
    }
  };
  return { sending, send };
}

export function BootstrapSources({ sources, onChange }: BootstrapSourcesProps): ReactElement {
  const { sources: words } = useBootstrapWords();
  const kept = useQuery(useTRPC().bootstrap.files.queryOptions());
  const input = useRef<HTMLInputElement>(null);
  const nextKey = Math.max(0, ...sources.map(({ key }) => key)) + 1;
  const files = kept.data ?? [];
  const isUsed = (name: string): boolean => sources.some(({ place }) => place === name);
  const add = (source: SourceDraft): void => onChange([...sources, source]);
  const { sending, send } = useSendFile((name) => isUsed(name) || add(draftOfFile(name, nextKey)));
  return (
    <section className="flex flex-col gap-2">
      <PartTitle>{words.title}</PartTitle>
      {sources.length === 0 ? <p className="text-[13px] text-quiet">{words.none}</p> : null}
      <ul className="flex flex-col gap-2">
        {sources.map((source) => (
          <SourceRow
            key={source.key}
            source={source}
            files={files}
            onChange={(changed) => onChange(sources.map((one) => (one === source ? changed : one)))}
            onRemove={() => onChange(sources.filter((one) => one !== source))}
          />
        ))}
      </ul>
      <input
        ref={input}
        type="file"
        aria-label={words.file}
        className="sr-only"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = "";
          if (file !== undefined) void send(file);
        }}
      />
      <div className="flex flex-wrap gap-2">
        <MayButton operation="bootstrap.upload" size="small" pending={sending.kind === "sending"} onClick={() => input.current?.click()}>
          {words.send}
        </MayButton>
        <Button
          size="small"
          disabled={files.length === 0}
          onClick={() =>
            onChange([
              ...sources,
              draftOfFile(files.find((file) => !sources.some(({ place }) => place === file.name))?.name ?? "", nextKey),
            ])
          }
        >
          {words.there}
        </Button>
        <Button size="small" onClick={() => add({ key: nextKey, name: "crm", kind: "postgresql", place: "" })}>
          {words.database}
        </Button>
      </div>
      {sending.kind === "sending" ? (
        <p role="status" className="text-[12px] text-quiet">
          {sending.text}
        </p>
      ) : null}
      {sending.kind === "refused" ? <ErrorState inline error={sending.error} what={words.notKept} /> : null}
    </section>
  );
}

interface SourceRowProps {
  readonly source: SourceDraft;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly onChange: (source: SourceDraft) => void;
  readonly onRemove: () => void;
}

function SourceRow({ source, files, onChange, onRemove }: SourceRowProps): ReactElement {
  const { sources: words } = useBootstrapWords();
  const { name, kind, place } = source;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_112px_auto] gap-2">
      <Input aria-label={words.name} mono value={name} onChange={(event) => onChange({ ...source, name: event.target.value })} />
      <Select label={words.kind} mono value={kind} options={kinds} onChange={(value) => onChange({ ...source, kind: value })} />
      <IconButton label={words.remove(name)} onClick={onRemove}>
        <X className="size-4" />
      </IconButton>
      <div className="col-span-3">
        {kind === "postgresql" ? (
          <Input
            aria-label={words.urlOf(name)}
            mono
            placeholder="postgresql://reader@db.example/crm"
            value={place}
            onChange={(event) => onChange({ ...source, place: event.target.value })}
          />
        ) : (
          <Select
            label={words.fileOf(name)}
            mono
            placeholder={words.choose}
            value={place === "" ? null : place}
            options={files.map((file) => ({ value: file.name, label: file.name, detail: bytes(file.sizeBytes) }))}
            onChange={(value) => onChange({ ...source, place: value })}
          />
        )}
      </div>
    </li>
  );
}
