/**
 * AlertsDialog: whom the gateway calls when something needs a person: the alerts with the outcome of the last call, a test for each, and a
 * form for one more.
 */
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
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";
import { PartTitle } from "../../ui/text/details.tsx";

const REFRESH_MS = 3_000;
const units: Record<AlertKind, "messages" | "ms" | null> = {
  "failure-opens": null,
  "breaker-opens": null,
  "invariant-violated": null,
  "waiting-over": "messages",
  "p99-over": "ms",
};

const kindOrder: readonly AlertKind[] = ["failure-opens", "breaker-opens", "invariant-violated", "waiting-over", "p99-over"];

export function AlertsDialog({ onClose }: { onClose: () => void }): ReactElement {
  const words = useFailuresWords().alert;
  const query = useQuery({ ...useTRPC().alerts.list.queryOptions(), refetchInterval: REFRESH_MS });
  return (
    <Dialog wide open onOpenChange={(open) => (open ? undefined : onClose())} title={words.title} description={words.about}>
      <div className="flex flex-col gap-5">
        <QueryView
          query={query}
          what={words.title}
          empty={{ when: (rows) => rows.length === 0, view: <p className="text-quiet">{words.none}</p> }}
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
  const words = useFailuresWords().alert;
  const trpc = useTRPC();
  const refresh = useRefresh();
  const test = useMutation(trpc.alerts.test.mutationOptions(refresh));
  const put = useMutation(trpc.alerts.put.mutationOptions(refresh));
  const remove = useMutation(trpc.alerts.remove.mutationOptions(refresh));
  const unit = units[row.kind];
  const error = test.error ?? put.error ?? remove.error;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-2 first:border-t-0">
      <span className="min-w-0 flex-1 basis-72">
        <span className="font-medium">{row.name}</span>{" "}
        <span className="text-quiet">
          {words.when} {words.kinds[row.kind]}
          {row.threshold === null ? "" : ` ${row.threshold} ${unit === null ? "" : words.units[unit]}`} →{" "}
          <span className="font-mono">{row.place}</span>
          {row.header === null ? null : (
            <>
              {" "}
              {words.with} <span className="font-mono">{row.header}: ••••</span>
            </>
          )}
        </span>
        <span className="block text-[12px] text-quiet">
          {row.enabled ? null : <StatusWord tone="quiet">{words.off}</StatusWord>}
          {row.firing ? <StatusWord tone="caution">{words.over}</StatusWord> : null}
          {row.last === null ? (
            words.notCalled
          ) : (
            <StatusWord tone={row.last.delivered ? "clear" : "danger"}>
              {words.called(row.last.what, duration(row.last.tookMs), exact(row.last.atMs))}
            </StatusWord>
          )}
          {row.waiting > 0 ? words.onTheWay(row.waiting) : ""}
        </span>
      </span>
      <MayButton operation="alerts.test" size="small" pending={test.isPending} onClick={() => test.mutate({ id: row.id })}>
        {words.test}
      </MayButton>
      <MayButton
        operation="alerts.put"
        size="small"
        pending={put.isPending}
        onClick={() => put.mutate({ id: row.id, name: row.name, kind: row.kind, threshold: row.threshold, enabled: !row.enabled })}
      >
        {row.enabled ? words.switchOff : words.switchOn}
      </MayButton>
      <MayButton
        operation="alerts.remove"
        size="small"
        tone="danger"
        pending={remove.isPending}
        onClick={() => remove.mutate({ id: row.id })}
      >
        {words.remove}
      </MayButton>
      {error === null ? null : <ErrorState inline className="w-full" error={error} />}
    </li>
  );
}

function NewAlert(): ReactElement {
  const words = useFailuresWords().alert;
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
  const unit = units[kind];
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
      <PartTitle>{words.add}</PartTitle>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 room:grid-cols-2">
        <Field label={words.name}>
          {(control) => <Input {...control} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={words.whenLabel}>
          {(control) => (
            <Select
              {...control}
              value={kind}
              onChange={setKind}
              options={kindOrder.map((value) => ({ value, label: words.kinds[value] }))}
            />
          )}
        </Field>
        {unit === null ? null : (
          <Field label={words.line(words.units[unit])}>
            {(control) => (
              <Input {...control} mono type="number" min={1} value={threshold} onChange={(event) => setThreshold(event.target.value)} />
            )}
          </Field>
        )}
        <Target url={url} onUrl={setUrl} header={header} onHeader={setHeader} />
      </div>
      <MayButton operation="alerts.put" type="submit" tone="primary" disabled={!ready} pending={put.isPending} className="self-start">
        {words.addIt}
      </MayButton>
      {put.error === null ? null : <ErrorState inline error={put.error} what={words.notAdded} />}
    </form>
  );
}

/** The URL that is called, and the header that is sent. */
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
  const words = useFailuresWords().alert;
  return (
    <>
      <Field label="URL" hint={words.urlHint}>
        {(control) => <Input {...control} mono value={url} placeholder="https://…" onChange={(event) => onUrl(event.target.value)} />}
      </Field>
      <Field label={words.header} hint={words.headerHint}>
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
