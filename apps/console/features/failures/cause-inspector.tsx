/**
 * One cause: its error with its own frames, what is remembered of it, what it holds up, a sample trace, and actions for all and for each
 * entity.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { grouped } from "../../format/numbers.ts";
import { exact, relative } from "../../format/times.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { PageAction } from "../../shell/page-action.tsx";
import { entityHref, tailHref, traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { EntityDetail, FailureCauseRow } from "../../trpc/views.ts";
import { Details } from "../../ui/text/details.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import type { FailuresWords } from "../../words/failures/en.ts";
import { SaidSo } from "../entities/failure-note.tsx";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";
import { useWords } from "../../words/use-words.ts";
import { useNow } from "../../ui/text/use-now.ts";
import { ValueView } from "../../values/value-view.tsx";
import { EntityActions } from "../entities/entity-actions.tsx";
import { ReproduceButton } from "../reproductions/reproduce-button.tsx";
import { WaitLine, WaitSentence } from "../waiting/why-it-waits.tsx";
import { BulkActDialog } from "./bulk-act-dialog.tsx";
import { CauseState } from "./cause-words.tsx";

const DAY_MS = 86_400_000;

export function CauseInspector({ cause, onClose }: { cause: FailureCauseRow; onClose: () => void }): ReactElement {
  const words = useFailuresWords().cause;
  const texts = useFailureWords();
  const [first] = cause.sample;
  return (
    <Inspector
      title={<span className="font-mono">{cause.title}</span>}
      note={
        <span className="flex items-center gap-2">
          <span className="font-mono">{cause.fingerprint.slice(0, 8)}</span> <CauseState cause={cause} />
        </span>
      }
      actions={
        <Link
          href={tailHref({ type: cause.where.replace("*", ""), is: "failed" })}
          className="shrink-0 rounded px-1 py-0.5 text-[12px] text-message hover:underline"
        >
          {words.inFlow}
        </Link>
      }
      onClose={onClose}
    >
      <div className="flex flex-col gap-3 border-b border-line px-4 py-3">
        {texts.saidSo(cause.code, cause.message) === null ? (
          <p className="font-mono text-[12px] break-words">{cause.message}</p>
        ) : (
          <div>
            <p className="break-words">{texts.means(cause.code, cause.message)}</p>
            <SaidSo failure={cause} />
          </div>
        )}
        <p className="text-quiet">{texts.cure(cause.code, cause.cure)}</p>
        {cause.waitingMessages === null ? null : (
          <p>
            {words.messagesWait(cause.waitingMessages)} <span className="font-mono">{cause.where}</span>
          </p>
        )}
        <Levers cause={cause} />
        {first === undefined || cause.parked > 0 ? null : <WaitLine of={first} />}
      </div>
      <Memory cause={cause} />
      <Frames cause={cause} />
      <Entities cause={cause} />
      <WhoDidWhat cause={cause} />
    </Inspector>
  );
}

function Levers({ cause }: { cause: FailureCauseRow }): ReactElement {
  const words = useFailuresWords().cause;
  const [asking, setAsking] = useState<"retry" | "discard" | null>(null);
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mark = useMutation(
    trpc.failures.mark.mutationOptions({
      onSuccess: async (_done, { state }) => {
        toast(words.marked[state], { description: cause.title });
        await Promise.all([
          queryClient.invalidateQueries(trpc.failures.pathFilter()),
          queryClient.invalidateQueries(trpc.audit.pathFilter()),
        ]);
      },
    }),
  );
  const set = (state: "open" | "resolved" | "ignored", untilMs: number | null = null): void =>
    mark.mutate({ fingerprint: cause.fingerprint, state, untilMs });
  const held = cause.entities > 0 && cause.waitingMessages === null;
  const name = cause.title;
  const marking = { operation: "failures.mark", size: "small", pending: mark.isPending } as const;
  return (
    <div className="flex flex-wrap gap-2">
      {held ? (
        <>
          <MayButton
            operation="failures.act"
            action={words.palette.retry(name)}
            size="small"
            tone="primary"
            onClick={() => setAsking("retry")}
          >
            {words.retry}
          </MayButton>
          <MayButton
            operation="failures.act"
            action={words.palette.discard(name)}
            size="small"
            tone="danger"
            onClick={() => setAsking("discard")}
          >
            {words.discard}
          </MayButton>
        </>
      ) : (
        <PageAction label={words.palette.retry(name)} reason={whyNotHeld(cause, words.palette)} run={nothing} />
      )}
      {cause.state === "open" ? (
        <>
          <MayButton {...marking} action={words.palette.resolve(name)} onClick={() => set("resolved")}>
            {words.resolve}
          </MayButton>
          <MayButton {...marking} action={words.palette.ignoreDay(name)} onClick={() => set("ignored", Date.now() + DAY_MS)}>
            {words.ignoreDay}
          </MayButton>
          <MayButton {...marking} action={words.palette.ignore(name)} onClick={() => set("ignored")}>
            {words.ignore}
          </MayButton>
        </>
      ) : (
        <MayButton {...marking} action={words.palette.openAgain(name)} onClick={() => set("open")}>
          {words.openAgain}
        </MayButton>
      )}
      {mark.error === null ? null : <ErrorState inline error={mark.error} />}
      {asking === null ? null : <BulkActDialog cause={cause} action={asking} onClose={() => setAsking(null)} />}
    </div>
  );
}

/** Returns why there is nothing to retry. */
function whyNotHeld({ waitingMessages }: FailureCauseRow, words: FailuresWords["cause"]["palette"]): string {
  return waitingMessages === null ? words.holdsNone : words.waitsForEndpoint;
}

const nothing = (): void => undefined;

function Memory({ cause }: { cause: FailureCauseRow }): ReactElement {
  const nowMs = useNow();
  const { ages } = useWords();
  const { cause: words, is } = useFailuresWords();
  const at = (ms: number): string => `${exact(ms)}, ${relative(ms, Math.max(nowMs, ms), ages)}`;
  const { firstIn, changedBy, changedMs, ignoredUntilMs, state } = cause;
  return (
    <section className="border-b border-line px-4 py-3">
      <h3 className="mb-2 font-semibold">{words.memory}</h3>
      <Details
        rows={[
          [words.rows.first, at(cause.firstMs)],
          firstIn === null
            ? null
            : [
                words.rows.in,
                <Link key="in" href={`/modules/${encodeURIComponent(firstIn.module)}`} className="text-message hover:underline">
                  {words.revision(firstIn.module, firstIn.revision)}
                </Link>,
              ],
          [words.rows.last, at(cause.lastMs)],
          [words.rows.attempts, grouped(cause.attempts)],
          changedBy === "" ? null : [is[state], words.by(changedBy, at(changedMs))],
          state === "ignored" && ignoredUntilMs !== null ? [words.rows.until, exact(ignoredUntilMs)] : null,
          cause.trace === null
            ? null
            : [
                words.rows.trace,
                <Link key="trace" href={traceHref(cause.trace)} className="text-message hover:underline">
                  #{cause.trace}
                </Link>,
              ],
        ]}
      />
    </section>
  );
}

function Frames({ cause }: { cause: FailureCauseRow }): ReactElement | null {
  const words = useFailuresWords().cause;
  if (cause.frames.length === 0 && cause.raw === null) return null;
  return (
    <section className="border-b border-line px-4 py-3">
      <h3 className="mb-2 font-semibold">{cause.frames.length === 0 ? words.said : words.frames}</h3>
      {cause.frames.length === 0 ? null : (
        <ol className="rounded border border-line bg-ground px-3 py-2 font-mono text-[12px] leading-6">
          {cause.frames.map((frame, index) => (
            <li key={frame} className={index === 0 ? "text-danger" : ""}>
              {frame}
            </li>
          ))}
        </ol>
      )}
      {cause.raw === null ? null : (
        <details className="mt-2 text-[12px] text-quiet" open={cause.frames.length === 0}>
          <summary>{words.answered}</summary>
          <pre className="mt-1 max-h-48 overflow-auto whitespace-pre-wrap" tabIndex={0}>
            {cause.raw}
          </pre>
        </details>
      )}
    </section>
  );
}

function Entities({ cause }: { cause: FailureCauseRow }): ReactElement | null {
  const words = useFailuresWords().cause;
  if (cause.sample.length === 0) return null;
  return (
    <section className="border-b border-line py-3">
      <h3 className="mb-1 px-4 font-semibold">
        {words.entities} <span className="font-normal text-quiet">{words.entitiesNote(cause.parked, cause.entities - cause.parked)}</span>
      </h3>
      <ul>
        {cause.sample.map((entity) => (
          <SampleEntity key={entity.address.id} entity={entity} />
        ))}
      </ul>
      {cause.entities > cause.sample.length ? <p className="px-4 text-quiet">{words.more(cause.entities - cause.sample.length)}</p> : null}
    </section>
  );
}

function SampleEntity({ entity }: { entity: EntityDetail }): ReactElement {
  const nowMs = useNow();
  const { ages } = useWords();
  const words = useFailuresWords().cause;
  const head = entity.mailbox[0];
  return (
    <li className="border-t border-line px-4 py-2">
      <details>
        <summary className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="min-w-0 font-mono text-[12px] break-all">
            <span className="text-quiet">{entity.address.type}/</span>
            <span className="font-semibold">{entity.address.id}</span>
          </span>
          <span className="text-[12px] text-quiet">
            {words.attempts(entity.attempts)}
            {entity.sinceMs === null ? null : (
              <span title={exact(entity.sinceMs)}>, {relative(entity.sinceMs, Math.max(nowMs, entity.sinceMs), ages)}</span>
            )}
          </span>
        </summary>
        <div className="mt-2 flex flex-col gap-2">
          <p className="text-[12px] break-words text-quiet">
            <WaitSentence of={entity} />
          </p>
          {head === undefined ? null : <ValueView value={head.value} title={words.headOf(entity.mailboxDepth)} />}
          <EntityActions entity={entity} compact retryAfterEdit />
          {entity.status === "parked" || entity.status === "backing-off" ? <ReproduceButton address={entity.address} compact /> : null}
          <Link href={entityHref(entity.address)} className="self-start text-[12px] text-message hover:underline">
            {words.openEntity}
          </Link>
        </div>
      </details>
    </li>
  );
}

/** Lists, from the audit, decisions on this cause and acts on what it holds up. */
function WhoDidWhat({ cause }: { cause: FailureCauseRow }): ReactElement | null {
  const words = useFailuresWords().cause;
  const query = useQuery({ ...useTRPC().audit.list.queryOptions({ text: cause.fingerprint, limit: 10 }), retry: false });
  const rows = query.data?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <section className="px-4 py-3">
      <h3 className="mb-1 font-semibold">{words.whoDidWhat}</h3>
      <ol className="text-[12px] leading-6">
        {rows.map((row) => (
          <li key={row.sequence} className="flex gap-3">
            <time className="font-mono text-quiet" title={exact(row.atMs)}>
              {exact(row.atMs).slice(11, 16)}
            </time>
            <span className="font-medium">{row.name}</span>
            <span className="text-quiet">{row.after ?? row.operation}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
