/** EndpointInspector: one endpoint: its breaker with cause and cure, its limits, the types behind it. */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { entityHref } from "../entities/entity-href.ts";
import { Inspector } from "../../shell/inspector.tsx";
import type { EndpointRow, FailureView } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { Button } from "../../ui/button.tsx";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { FailureNote } from "../entities/failure-note.tsx";
import { PauseLever } from "../pauses/pause-lever.tsx";
import { BreakerWord } from "./breaker-word.tsx";
import { ProcessSection } from "./process-section.tsx";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

export function EndpointInspector({ row, onClose }: { row: EndpointRow; onClose: () => void }): ReactElement {
  const words = useFunctionsWords();
  return (
    <Inspector
      title={<span className="font-mono">{row.functions}</span>}
      note={<BreakerWord breaker={row.breaker} processes={row.processes} sleep={row.sleep} pause={row.pause} />}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        {row.sleep === null || row.sleep.problem === null ? null : <FailureNote failure={ofEndpoint(row.sleep.problem)} />}
        {row.failure === null ? null : <FailureNote failure={row.failure} />}
        {row.breaker === "closed" ? null : <BreakerStory row={row} />}
        <PauseLever kind="endpoint" functions={row.functions} />
        <Details
          rows={[
            [words.rows.url, row.urlTemplate],
            [
              words.rows.module,
              <Link key="module" className="text-message hover:underline" href={`/modules/${encodeURIComponent(row.module)}`}>
                {row.module}
              </Link>,
            ],
            row.sinceMs === null ? null : [words.rows.since, <Ago key="since" atMs={row.sinceMs} />],
            [words.type.inFlight, grouped(row.inFlight)],
            [words.endpoint.adaptive, words.endpoint.adaptiveOf(row.concurrencyLimit, row.concurrencyMax)],
            [words.endpoint.budget, duration(row.callTimeoutMs)],
            [
              "maxNumBatchRequests",
              row.maxNumBatchRequests <= 0 ? words.endpoint.allWaits : words.endpoint.atMost(row.maxNumBatchRequests),
            ],
            [words.endpoint.framesRow, words.endpoint.frames[row.frames]],
            [words.endpoint.tries, row.replay ? words.endpoint.triesYes : words.endpoint.triesNo],
            [words.endpoint.headers, row.callHeaders.length === 0 ? words.endpoint.noHeaders : row.callHeaders.join(", ")],
            [words.endpoint.signed, row.publicKey === null ? words.endpoint.notSigned : words.endpoint.signedWith(row.publicKey)],
          ]}
        />
        <ProcessSection endpoint={row.functions} />
        <section className="flex flex-col gap-1">
          <PartTitle>{words.endpoint.seen}</PartTitle>
          {row.types.length === 0 ? <p className="text-[12px] text-quiet">{words.endpoint.noneSeen}</p> : null}
          <ul className="flex flex-col font-mono text-[12px]">
            {row.types.map((type) => (
              <li key={type} className="flex min-h-6 items-center border-t border-line">
                <Link className="hover:underline" href={`/functions?type=${encodeURIComponent(type)}`}>
                  {type}
                </Link>
              </li>
            ))}
          </ul>
        </section>
        <Button asChild size="small" className="self-start">
          <Link href={`/functions/register?url=${encodeURIComponent(row.urlTemplate)}&functions=${encodeURIComponent(row.functions)}`}>
            {words.endpoint.checkNow}
          </Link>
        </Button>
      </div>
    </Inspector>
  );
}

/** The failure of waking it, because that is why nothing answers there. */
function ofEndpoint({ code, message, cure }: NonNullable<NonNullable<EndpointRow["sleep"]>["problem"]>): FailureView {
  return { code, scope: "down", message, cure, raw: null };
}

/** Says which calls opened the breaker, what that means for what waits, and when it is tried again. */
function BreakerStory({ row }: { row: EndpointRow }): ReactElement {
  const words = useFunctionsWords();
  return (
    <p className="text-[13px] leading-5 text-quiet">
      {row.openedBy.length === 0 ? null : (
        <>
          {words.endpoint.openedBy}{" "}
          {row.openedBy.map((address, index) => (
            <span key={`${address.type}/${address.id}`}>
              {index === 0 ? "" : ", "}
              <Link className="font-mono text-message hover:underline" href={entityHref(address)}>
                {address.type}/{address.id}
              </Link>
            </span>
          ))}
          .{" "}
        </>
      )}
      {words.endpoint.wait}{" "}
      {row.probe !== null ? (
        <>
          {words.endpoint.callOf}{" "}
          <Link className="font-mono text-message hover:underline" href={entityHref(row.probe)}>
            {row.probe.id}
          </Link>{" "}
          {words.endpoint.triesIt}
        </>
      ) : row.nextProbeMs === null ? (
        words.endpoint.oneAtATime
      ) : (
        <>
          {words.endpoint.nextProbe} <Ago atMs={row.nextProbeMs} />
        </>
      )}
      {words.endpoint.allResume}
    </p>
  );
}
