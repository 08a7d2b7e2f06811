/**
 * EntityPage: one entity, live: why it waits, its state decoded with the type named, its mailbox, and its past. Changed values flash and
 * are announced; what was opened stays open while values change.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Link } from "../../ui/link.tsx";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactElement } from "react";
import { cutMiddle } from "../../format/texts.ts";
import { useCurl } from "../../identity/use-curl.ts";
import { useLiveEntity } from "../../live/use-live.ts";
import { originUrlOf } from "../../shell/base-path.ts";
import { PageAction, PageLinkAction } from "../../shell/page-action.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { sendHref } from "../../shell/navigation.ts";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { CapabilityLine, Needs } from "../../capability/capability-note.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, EntityDetail } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { copyAndSay } from "../../ui/text/copy-and-say.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { EntityAsOf } from "../past/entity-as-of.tsx";
import { EntityBlame } from "../past/entity-blame.tsx";
import { PastEntity } from "../past/past-entity.tsx";
import { useAt } from "../../time/use-time.tsx";
import { PastNote } from "../past/past-note.tsx";
import { reachSentence } from "../past/past-words.ts";
import { ReproduceButton } from "../reproductions/reproduce-button.tsx";
import { useAsOf } from "../past/use-as-of.ts";
import { WaitSentence } from "../waiting/why-it-waits.tsx";
import { useEntityWords } from "../../words/entity/use-entity-words.ts";
import { useStatusWords } from "../../words/status/use-status-words.ts";
import { EntityActions } from "./entity-actions.tsx";
import { EntityHistory } from "./entity-history.tsx";
import { EntityMailbox } from "./entity-mailbox.tsx";
import { EntityState } from "./entity-state.tsx";
import { EntityStatusWord } from "./entity-status.tsx";
import { ErasedNote } from "./erased-note.tsx";
import { ExportCaseButton } from "./export-case-button.tsx";
import { FailureNote } from "./failure-note.tsx";
import { useChangedNames } from "./use-changed-names.ts";
import { useStaged, type Staged } from "./use-staged.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";

const tabs = ["state", "mailbox", "history"] as const;
/** The live stream reports changes of a watched entity. Asking this often covers what it cannot know, such as expirations. */
const REFRESH_MS = 10_000;

function curlOf({ type, id }: AddressView): string {
  const path = [...type.split("/"), id].map(encodeURIComponent).join("/");
  return `curl -s '${originUrlOf(`/v1/entities/${path.replaceAll("'", "%27")}`)}'`;
}

export function EntityPage({ address }: { address: AddressView }): ReactElement {
  const words = useEntityWords();
  const asCurl = useCurl();
  const trpc = useTRPC();
  useLiveEntity(address);
  const atMs = useAt();
  const entity = useQuery({ ...trpc.entities.get.queryOptions(address), refetchInterval: REFRESH_MS });
  return (
    <>
      <PageHeader
        title={
          <span className="flex min-w-0 items-center gap-1">
            <Link className="font-mono font-normal text-quiet hover:text-text" href={`/entities?type=${encodeURIComponent(address.type)}`}>
              {address.type}/
            </Link>
            <span className="font-mono" title={address.id}>
              {address.id === "" ? words.emptyId : cutMiddle(address.id, 48)}
            </span>
            <CopyButton label={words.copyAddress} text={`${address.type}/${address.id}`} />
          </span>
        }
        actions={
          <>
            <ExportCaseButton address={address} />
            <CopyButton text={() => asCurl(curlOf(address))}>{words.copyAsCurl}</CopyButton>
            <EraseButton address={address} />
            <EntityPageActions address={address} />
            <Button asChild size="small">
              <Link href={sendHref({ type: address.type, id: address.id })}>{words.send}</Link>
            </Button>
          </>
        }
      />
      <CapabilityLine capability="current-state" />
      <PageBody>
        {atMs === null ? (
          <QueryView query={entity} what={words.what} empty={{ when: (data) => data === null, view: <NoEntity address={address} /> }}>
            {(data) => (data === null ? null : <Loaded entity={data} />)}
          </QueryView>
        ) : (
          <Needs capability="journal">
            <PastEntity key={`${address.type}/${address.id}`} address={address} atMs={atMs} />
          </Needs>
        )}
      </PageBody>
    </>
  );
}

function EraseButton({ address: { type, id } }: { address: AddressView }): ReactElement {
  const words = useEntityWords();
  const router = useRouter();
  const href = `/people?tab=erasures&erase=${encodeURIComponent(`${type}/${id}`)}`;
  return (
    <CapabilityButton
      needs="erasure"
      operation="erasures.erase"
      action={words.palette.erase(id)}
      size="small"
      onClick={() => router.push(href)}
    >
      {words.erase}
    </CapabilityButton>
  );
}

/** Actions for the palette: those of the header, and those with a page of their own. */
function EntityPageActions({ address: { type, id } }: { address: AddressView }): ReactElement {
  const words = useEntityWords().palette;
  const asCurl = useCurl();
  const entity = new URLSearchParams({ type, etype: type, entity: id });
  return (
    <>
      <PageLinkAction label={words.send(id)} to={sendHref({ type, id })} />
      <PageAction label={words.curl(id)} run={() => void copyAndSay(asCurl(curlOf({ type, id })), words.curlCopied)} />
      <PageLinkAction label={words.compare(id)} to={`/savepoints/compare?${entity}`} />
    </>
  );
}

/** Shown when the entity is gone or never existed; the journal says which. */
function NoEntity({ address }: { address: AddressView }): ReactElement {
  const pastWords = usePastWords();
  const words = useEntityWords();
  const history = useQuery(useTRPC().entities.history.queryOptions({ ...address, limit: 1 }));
  const last = history.data?.items[0];
  if (last !== undefined)
    return (
      <div className="flex flex-col gap-3 p-4">
        <h2 className="text-[15px] font-semibold">{words.gone}</h2>
        <ErasedNote address={address} />
        {last.past === null ? (
          <p className="text-[13px] text-quiet">{words.goneAbout}</p>
        ) : (
          <PastNote past={last.past} className="text-[13px]" />
        )}
        <Needs capability="journal">
          <EntityHistory address={address} />
        </Needs>
      </div>
    );
  return (
    <EmptyState
      title={words.never}
      action={
        <Button asChild tone="primary">
          <Link href={sendHref({ type: address.type, id: address.id })}>{words.sendFirst}</Link>
        </Button>
      }
    >
      <span className="font-mono text-text">
        {address.type}/{address.id}
      </span>{" "}
      {words.neverHas} {history.data === undefined ? null : reachSentence(history.data.reach, pastWords)} {words.neverMakes}
    </EmptyState>
  );
}

function Loaded({ entity }: { entity: EntityDetail }): ReactElement {
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("state"));
  const [asOf, setAsOf] = useAsOf();
  const changed = useChangedNames(entity.state);
  const staged = useStaged();
  const is = useStatusWords();
  const words = useEntityWords();
  return (
    <div className="flex min-h-full flex-col gap-4 p-4">
      <section aria-label={words.status} className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <EntityStatusWord status={entity.status} className="text-[15px] font-medium" />
          <p className="min-w-0 flex-1 basis-72 text-[13px] leading-5 text-quiet">
            <WaitSentence of={entity} />
          </p>
          <EntityActions entity={entity} />
        </div>
        {entity.state.some(({ value }) => value !== null) ? null : <ErasedNote address={entity.address} />}
        {entity.failure === null ? null : <FailureNote failure={entity.failure} />}
        {entity.failure !== null && (entity.status === "parked" || entity.status === "backing-off") ? (
          <ReproduceButton address={entity.address} compact />
        ) : (
          <ReproduceButton address={entity.address} lookFor="state" compact />
        )}
      </section>
      <Tabs
        label={words.parts}
        value={tab}
        onChange={(next) => void setTab(next)}
        end={
          <span className="font-mono text-[12px] text-quiet max-sm:hidden">
            {entity.endpoint === null ? words.noEndpoint : words.endpoint(entity.endpoint)}
          </span>
        }
        tabs={[
          {
            value: "state",
            label: words.tabs.state,
            count: entity.state.length,
            content: <StateTab entity={entity} staged={staged} onAsOf={setAsOf} />,
          },
          { value: "mailbox", label: words.tabs.mailbox, count: entity.mailboxDepth, content: <EntityMailbox entity={entity} /> },
          {
            value: "history",
            label: words.tabs.history,
            content: (
              <Needs capability="journal">
                <EntityHistory address={entity.address} onAsOf={setAsOf} />
              </Needs>
            ),
          },
        ]}
      />
      {asOf === null ? null : <EntityAsOf entity={entity} sequence={asOf} onClose={() => setAsOf(null)} />}
      <p className="sr-only" role="status">
        {is[entity.status]}, {words.messagesWait(entity.mailboxDepth)}. {changed}
      </p>
    </div>
  );
}

const stateViews = ["values", "blame"] as const;

/** Shows the values as they are, or each field with who wrote it. */
interface StateTabProps {
  entity: EntityDetail;
  staged: Staged;
  onAsOf: (sequence: number) => void;
}

function StateTab({ entity, staged, onAsOf }: StateTabProps): ReactElement {
  const words = useEntityWords();
  const [view, setView] = useQueryState("state", parseAsStringLiteral(stateViews).withDefault("values"));
  return (
    <div className="pt-3">
      <Segmented
        small
        label={words.showAs}
        value={view}
        onChange={(next) => void setView(next)}
        options={[
          { value: "values", label: words.values },
          { value: "blame", label: words.blame },
        ]}
      />
      {view === "values" ? (
        <EntityState entity={entity} staged={staged} />
      ) : (
        <Needs capability="journal">
          <EntityBlame address={entity.address} onAsOf={onAsOf} />
        </Needs>
      )}
    </div>
  );
}
