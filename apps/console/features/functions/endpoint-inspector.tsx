/** EndpointInspector: one endpoint: its breaker with cause and cure, its limits, the types behind it. */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { entityHref } from "../entities/entity-href.ts";
import { Inspector } from "../../shell/inspector.tsx";
import type { EndpointRow } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { Button } from "../../ui/button.tsx";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { FailureNote } from "../entities/failure-note.tsx";
import { PauseLever } from "../pauses/pause-lever.tsx";
import { BreakerWord } from "./breaker-word.tsx";
import { ProcessSection } from "./process-section.tsx";

function framesWord(frames: EndpointRow["frames"]): string {
  switch (frames) {
    case "on":
      return "several calls in one request";
    case "off":
      return "off in the module";
    case "none":
      return "not offered by its functions";
  }
}

export function EndpointInspector({ row, onClose }: { row: EndpointRow; onClose: () => void }): ReactElement {
  return (
    <Inspector
      title={<span className="font-mono">{row.functions}</span>}
      note={<BreakerWord breaker={row.breaker} processes={row.processes} sleep={row.sleep} pause={row.pause} />}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        {row.failure === null ? null : <FailureNote failure={row.failure} />}
        {row.breaker === "closed" ? null : <BreakerStory row={row} />}
        <PauseLever kind="endpoint" functions={row.functions} />
        <Details
          rows={[
            ["url", row.urlTemplate],
            [
              "module",
              <Link key="module" className="text-message hover:underline" href={`/modules/${encodeURIComponent(row.module)}`}>
                {row.module}
              </Link>,
            ],
            row.sinceMs === null ? null : ["since", <Ago key="since" atMs={row.sinceMs} />],
            ["in flight", grouped(row.inFlight)],
            ["adaptive limit", `${grouped(row.concurrencyLimit)} of at most ${grouped(row.concurrencyMax)} calls`],
            ["call budget", duration(row.callTimeoutMs)],
            [
              "maxNumBatchRequests",
              row.maxNumBatchRequests <= 0 ? "all that waits" : `at most ${counted(row.maxNumBatchRequests, "message", "messages")}`,
            ],
            ["frames", framesWord(row.frames)],
            ["tries", row.replay ? "allowed (replay: true)" : "not allowed"],
            ["headers", row.callHeaders.length === 0 ? "none of its own" : row.callHeaders.join(", ")],
            ["signed", row.publicKey === null ? "no" : `with the key of ${row.publicKey}`],
          ]}
        />
        <ProcessSection endpoint={row.functions} />
        <section className="flex flex-col gap-1">
          <PartTitle>Types seen here</PartTitle>
          {row.types.length === 0 ? (
            <p className="text-[12px] text-quiet">
              None yet: a type behind a wildcard appears with its first message, or when a check has shown it.
            </p>
          ) : null}
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
            Check it now
          </Link>
        </Button>
      </div>
    </Inspector>
  );
}

/** Which calls opened it, what that means for those who wait, and when it is tried again. */
function BreakerStory({ row }: { row: EndpointRow }): ReactElement {
  return (
    <p className="text-[13px] leading-5 text-quiet">
      {row.openedBy.length === 0 ? null : (
        <>
          Opened by calls of{" "}
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
      Its entities wait and spend no attempts.{" "}
      {row.probe !== null ? (
        <>
          The call of{" "}
          <Link className="font-mono text-message hover:underline" href={entityHref(row.probe)}>
            {row.probe.id}
          </Link>{" "}
          tries it now
        </>
      ) : row.nextProbeMs === null ? (
        "One call at a time tries it"
      ) : (
        <>
          The next probe starts <Ago atMs={row.nextProbeMs} />
        </>
      )}
      ; all resume by themselves when it answers.
    </p>
  );
}
