/** ProcessSection: the processes or threads that the gateway starts for an endpoint: what each is doing, why one does not run, and what they wrote last. */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { bytes } from "../../format/numbers.ts";
import { clock, exact } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { OutputLineView, ProcessRow } from "../../trpc/views.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { SaidSo } from "../entities/failure-note.tsx";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

const REFRESH_MS = 2_000;
type Instance = ProcessRow["instances"][number];

const tones: Record<Instance["state"], Tone> = {
  starting: "message",
  running: "clear",
  draining: "quiet",
  "backing-off": "caution",
  refused: "danger",
  stopped: "quiet",
};

/** Shows nothing for an endpoint whose functions the gateway does not start. */
export function ProcessSection({ endpoint }: { endpoint: string }): ReactElement | null {
  const words = useFunctionsWords();
  const query = useQuery(useTRPC().functions.processes.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const row = query.data?.find((one) => one.endpoint === endpoint);
  if (row === undefined) return null;
  return (
    <>
      <section className="flex flex-col gap-1">
        <PartTitle>{words.processes.titles[row.transport]}</PartTitle>
        {row.command.length === 0 ? null : <p className="font-mono text-[12px] break-all text-quiet">{row.command.join(" ")}</p>}
        <ul className="flex flex-col text-[12px]">
          {row.instances.map((instance) => (
            <InstanceLine key={`${instance.generation}/${instance.number}`} instance={instance} />
          ))}
        </ul>
      </section>
      <ProcessOutput endpoint={endpoint} />
    </>
  );
}

function InstanceLine({ instance }: { instance: Instance }): ReactElement {
  const words = useFunctionsWords();
  const texts = useFailureWords();
  const { problem, restarts } = instance;
  return (
    <li className="flex flex-col gap-1 border-t border-line py-1">
      <span className="flex flex-wrap items-center gap-x-3">
        <span className="font-mono">#{instance.number}</span>
        <StatusWord tone={tones[instance.state]}>{words.processes.is[instance.state]}</StatusWord>
        {instance.pid === null ? null : <span className="font-mono text-quiet">pid {instance.pid}</span>}
        <span className="text-quiet">
          <Ago atMs={instance.sinceMs} />
        </span>
        {restarts === 0 ? null : <span className="text-caution">{words.processes.again(restarts)}</span>}
        {instance.memoryBytes === null ? null : <span className="font-mono text-quiet">{bytes(instance.memoryBytes)}</span>}
        {instance.nextStartMs === null ? null : (
          <span className="text-quiet">
            {words.processes.nextStart} <Ago atMs={instance.nextStartMs} />
          </span>
        )}
        {instance.serves ? null : <span className="text-quiet">{words.processes.noCalls}</span>}
      </span>
      {problem === null ? null : (
        <span className="leading-5">
          <span className="font-mono text-danger">{problem.code}</span> {texts.means(problem.code, problem.message)}{" "}
          <span className="text-quiet">{texts.cure(problem.code, problem.cure)}</span> <SaidSo failure={problem} />
        </span>
      )}
    </li>
  );
}

function ProcessOutput({ endpoint }: { endpoint: string }): ReactElement {
  const words = useFunctionsWords();
  const query = useQuery(useTRPC().functions.output.queryOptions({ endpoint }, { refetchInterval: REFRESH_MS }));
  return (
    <section className="flex flex-col gap-1">
      <PartTitle>{words.processes.wrote}</PartTitle>
      <QueryView
        query={query}
        what={words.processes.lines}
        empty={{ when: (lines) => lines.length === 0, view: <p className="text-[12px] text-quiet">{words.processes.nothing}</p> }}
      >
        {(lines) => (
          <ol
            aria-label={words.processes.linesOf(endpoint)}
            tabIndex={0}
            className="max-h-80 overflow-auto rounded border border-line bg-raised p-2 font-mono text-[11px] leading-4"
          >
            {lines.map((line) => (
              <OutputLine key={line.sequence} line={line} />
            ))}
          </ol>
        )}
      </QueryView>
    </section>
  );
}

const streamClass: Record<OutputLineView["stream"], string> = { out: "", error: "text-caution", gateway: "text-message" };

function OutputLine({ line }: { line: OutputLineView }): ReactElement {
  return (
    <li className="flex gap-2 whitespace-pre-wrap">
      <time className="shrink-0 text-quiet" title={exact(line.atMs)}>
        {clock(line.atMs)}
      </time>
      <span className="shrink-0 text-quiet">#{line.instance}</span>
      <span className={`min-w-0 break-all ${streamClass[line.stream]}`}>{line.text}</span>
    </li>
  );
}
