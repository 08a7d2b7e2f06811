/** ConnectorInspector: one ingress or egress beside the list: state, cause, cure, when it is tried again, and what a person may do. */
"use client";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { Inspector } from "../../shell/inspector.tsx";
import type { ConnectorRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { Details } from "../../ui/text/details.tsx";
import { ConnectorActions } from "./connector-actions.tsx";
import { NextTry, Worded } from "./connector-note.tsx";
import { useConnectorWords } from "../../words/connector/use-connector-words.ts";
import { stateWord, toneOf } from "./connector-words.ts";
import { doorHref } from "./door-href.ts";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";

export function ConnectorInspector({ connector, onClose }: { connector: ConnectorRow; onClose: () => void }): ReactElement {
  const words = useDoorsWords();
  const states = useConnectorWords();
  const { id, direction, word, module, kind, what, cure, sinceMs, counts } = connector;
  return (
    <Inspector
      title={<span className="font-mono">{id}</span>}
      note={`${direction}, ${word}`}
      actions={
        <Link
          href={doorHref(`${direction}:${id}`) ?? "/connectors"}
          className="shrink-0 rounded px-1 py-0.5 text-[12px] text-message hover:underline"
        >
          {words.openPage}
        </Link>
      }
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4 text-[13px]">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <StatusWord tone={toneOf(connector)}>{stateWord(connector, states)}</StatusWord>
          <NextTry connector={connector} />
        </p>
        {what === "" ? null : (
          <dl className="flex flex-col gap-2">
            <div>
              <dt className="text-[12px] text-quiet">{words.cause}</dt>
              <dd className="wrap-anywhere">
                <Worded text={what} />
              </dd>
            </div>
            {cure === "" ? null : (
              <div>
                <dt className="text-[12px] text-quiet">{words.helps}</dt>
                <dd className="wrap-anywhere">
                  <Worded text={cure} />
                </dd>
              </div>
            )}
          </dl>
        )}
        <ConnectorActions connector={connector} />
        <Details
          rows={[
            [words.rows.since, <Ago key="since" atMs={sinceMs} />],
            [words.rows.kind, kind],
            [
              words.rows.module,
              <Link key="module" className="text-message hover:underline" href={`/modules/${encodeURIComponent(module)}`}>
                {module}
              </Link>,
            ],
            ...Object.entries(counts).map(([event, count]) => [states.counts[event] ?? event, grouped(count)] as const),
          ]}
        />
      </div>
    </Inspector>
  );
}
