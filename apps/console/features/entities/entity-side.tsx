/**
 * EntitySide: the selected entity beside the list: status and why, its state and the head of its mailbox. It uses the same query as the
 * entity's page, so both always agree.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { cutMiddle } from "../../format/texts.ts";
import { useLiveEntity } from "../../live/use-live.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, EntityDetail } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { ValueLine } from "../../values/value-view.tsx";
import { WaitSentence } from "../waiting/why-it-waits.tsx";
import { useEntityWords } from "../../words/entity/use-entity-words.ts";
import { EntityActions } from "./entity-actions.tsx";
import { entityHref } from "./entity-href.ts";
import { EntityStatusWord } from "./entity-status.tsx";
import { FailureNote } from "./failure-note.tsx";

const MAILBOX_SHOWN = 5;

export function EntitySide({ address, onClose }: { address: AddressView; onClose: () => void }): ReactElement {
  const words = useEntityWords();
  const trpc = useTRPC();
  useLiveEntity(address);
  const entity = useQuery(trpc.entities.get.queryOptions(address));
  return (
    <Inspector
      title={
        <span className="font-mono" title={address.id}>
          {cutMiddle(address.id, 30)}
        </span>
      }
      actions={
        <>
          <CopyButton label={words.side.copyId} text={address.id} />
          <Button asChild size="small">
            <Link href={entityHref(address)}>{words.side.open}</Link>
          </Button>
        </>
      }
      note={address.type}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        <QueryView query={entity} what={words.what}>
          {(data) => (data === null ? <p className="text-[13px] text-quiet">{words.side.gone}</p> : <Summary entity={data} />)}
        </QueryView>
      </div>
    </Inspector>
  );
}

function Summary({ entity }: { entity: EntityDetail }): ReactElement {
  const words = useEntityWords();
  return (
    <>
      <div className="flex flex-col gap-2 text-[13px]">
        <EntityStatusWord status={entity.status} className="font-medium" />
        <p className="leading-5 text-quiet">
          <WaitSentence of={entity} />
        </p>
        {entity.failure === null ? null : <FailureNote failure={entity.failure} />}
        <EntityActions entity={entity} compact />
      </div>
      <div>
        <PartTitle>{words.tabs.state}</PartTitle>
        {entity.state.length === 0 ? (
          <p className="text-[12px] text-quiet">{words.side.noValues}</p>
        ) : (
          <ul className="flex flex-col">
            {entity.state.map((row) => (
              <li key={row.name} className="flex min-h-6 items-center gap-3 border-t border-line">
                <span className="shrink-0 font-mono text-[12px] text-quiet">{row.name}</span>
                <ValueLine value={row.value} className="ml-auto min-w-0" />
              </li>
            ))}
          </ul>
        )}
      </div>
      <div>
        <PartTitle end={<span className="font-mono text-[12px] text-quiet">{grouped(entity.mailboxDepth)}</span>}>
          {words.tabs.mailbox}
        </PartTitle>
        {entity.mailbox.length === 0 ? <p className="text-[12px] text-quiet">{words.side.empty}</p> : null}
        <ul className="flex flex-col">
          {entity.mailbox.slice(0, MAILBOX_SHOWN).map((message) => (
            <li key={message.sequence} className="flex min-h-6 items-center gap-3 border-t border-line">
              <span className="shrink-0 font-mono text-[12px] text-quiet">#{grouped(message.sequence)}</span>
              <ValueLine value={message.value} className="min-w-0" />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
