/** AlertsDialog: whom the gateway calls when something needs a person: the alerts with what came of the last call, a test each, and a form for one more. */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { duration, exact } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { AlertKind, AlertRow } from "../../trpc/views.ts";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";
import { PartTitle } from "../../ui/text/details.tsx";

const REFRESH_MS = 3_000;
const kinds: Record<AlertKind, { words: string; unit: string | null }> = {
  "failure-opens": { words: "a cause of failures opens, or comes back", unit: null },
  "breaker-opens": { words: "a breaker opens", unit: null },
  "invariant-violated": { words: "an invariant is violated", unit: null },
  "waiting-over": { words: "more messages wait than", unit: "messages" },
  "p99-over": { words: "p99 is over", unit: "ms" },
};

const kindOrder: readonly AlertKind[] = ["failure-opens", "breaker-opens", "invariant-violated", "waiting-over", "p99-over"];

export function AlertsDialog({ onClose }: { onClose: () => void }): ReactElement {
  const query = useQuery({ ...useTRPC().alerts.list.queryOptions(), refetchInterval: REFRESH_MS });
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Alerts"
      description="The gateway sends a POST with JSON to a URL; what is not taken is tried five times in all."
    >
      <div className="flex flex-col gap-5">
        <QueryView
          query={query}
          what="Alerts"
          empty={{ when: (rows) => rows.length === 0, view: <p className="text-quiet">Nobody is called yet. Add a URL below.</p> }}
        >
          {(rows) => (
            <ul>
              {rows.map((row) => (
                <Alert key={row.id} row={row} />
              ))}
            </ul>
          )}
        </QueryView>
        <NewAlert />
      </div>
    </Dialog>
  );
}

function useRefresh(): { onSettled: () => Promise<void> } {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return { onSettled: () => queryClient.invalidateQueries(trpc.alerts.pathFilter()) };
}

function Alert({ row }: { row: AlertRow }): ReactElement {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const test = useMutation(trpc.alerts.test.mutationOptions(refresh));
  const put = useMutation(trpc.alerts.put.mutationOptions(refresh));
  const remove = useMutation(trpc.alerts.remove.mutationOptions(refresh));
  const { words, unit } = kinds[row.kind];
  const error = test.error ?? put.error ?? remove.error;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2 first:border-t-0">
      <span className="min-w-0 flex-1 basis-72">
        <span className="font-medium">{row.name}</span>{" "}
        <span className="text-quiet">
          when {words}
          {row.threshold === null ? "" : ` ${row.threshold} ${unit ?? ""}`} → <span className="font-mono">{row.place}</span>
          {row.header === null ? null : (
            <>
              {" "}
              with <span className="font-mono">{row.header}: ••••</span>
            </>
          )}
        </span>
        <span className="block text-[12px] text-quiet">
          {row.enabled ? null : <StatusWord tone="quiet">off </StatusWord>}
          {row.firing ? <StatusWord tone="caution">over its line </StatusWord> : null}
          {row.last === null ? (
            "not called yet"
          ) : (
            <StatusWord tone={row.last.delivered ? "clear" : "danger"}>
              {row.last.what} in {duration(row.last.tookMs)}, {exact(row.last.atMs)}
            </StatusWord>
          )}
          {row.waiting > 0 ? `, ${row.waiting} on the way` : ""}
        </span>
      </span>
      <MayButton operation="alerts.test" size="small" pending={test.isPending} onClick={() => test.mutate({ id: row.id })}>
        Test
      </MayButton>
      <MayButton
        operation="alerts.put"
        size="small"
        pending={put.isPending}
        onClick={() => put.mutate({ id: row.id, name: row.name, kind: row.kind, threshold: row.threshold, enabled: !row.enabled })}
      >
        {row.enabled ? "Switch off" : "Switch on"}
      </MayButton>
      <MayButton
        operation="alerts.remove"
        size="small"
        tone="danger"
        pending={remove.isPending}
        onClick={() => remove.mutate({ id: row.id })}
      >
        Remove
      </MayButton>
      {error === null ? null : <ErrorState inline className="w-full" error={error} />}
    </li>
  );
}

function NewAlert(): ReactElement {
  const trpc = useTRPC();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [header, setHeader] = useState("");
  const [kind, setKind] = useState<AlertKind>("failure-opens");
  const [threshold, setThreshold] = useState("");
  const put = useMutation(
    trpc.alerts.put.mutationOptions({
      ...useRefresh(),
      onSuccess: () => {
        setName("");
        setUrl("");
        setHeader("");
      },
    }),
  );
  const { unit } = kinds[kind];
  const ready =
    name.trim() !== "" && /^https?:\/\/./.test(url) && /^([^\s:]+:\s*\S|\s*$)/.test(header) && (unit === null || Number(threshold) > 0);
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!ready) return;
    const sent = header.trim() === "" ? null : header.trim();
    put.mutate({ name: name.trim(), kind, url, header: sent, threshold: unit === null ? null : Number(threshold) });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 border-t border-line pt-4">
      <PartTitle>Add an alert</PartTitle>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 room:grid-cols-2">
        <Field label="Name">
          {(control) => <Input {...control} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="When">
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={setKind}
              options={kindOrder.map((value) => ({ value, label: kinds[value].words }))}
            />
          )}
        </Field>
        {unit === null ? null : (
          <Field label={`Line, in ${unit}`}>
            {(control) => (
              <Input {...control} mono type="number" min={1} value={threshold} onChange={(event) => setThreshold(event.target.value)} />
            )}
          </Field>
        )}
        <Target url={url} onUrl={setUrl} header={header} onHeader={setHeader} />
      </div>
      <MayButton operation="alerts.put" type="submit" tone="primary" disabled={!ready} pending={put.isPending} className="self-start">
        Add the alert
      </MayButton>
      {put.error === null ? null : <ErrorState inline error={put.error} what="Not added" />}
    </form>
  );
}

/** Where the call goes, and what goes along. */
function Target({
  url,
  onUrl,
  header,
  onHeader,
}: {
  url: string;
  onUrl: (url: string) => void;
  header: string;
  onHeader: (header: string) => void;
}): ReactElement {
  return (
    <>
      <Field
        label="URL"
        hint={
          "Shown to nobody afterwards but its host; what is secret behind it may be written as ${secret.NAME}. Where endpoints may not be, is not called."
        }
      >
        {(control) => <Input {...control} mono value={url} placeholder="https://…" onChange={(event) => onUrl(event.target.value)} />}
      </Field>
      <Field
        label="Header"
        hint={"Or none. Of it only what stands before the colon is shown afterwards; what is secret may be ${secret.NAME}."}
      >
        {(control) => (
          <Input
            {...control}
            mono
            value={header}
            placeholder={"Authorization: Bearer ${secret.NAME}"}
            onChange={(event) => onHeader(event.target.value)}
          />
        )}
      </Field>
    </>
  );
}
