/**
 * BreakerWord: whether an endpoint is called: closed (calls pass), open (it waits), probing (one call tries); and, where the gateway starts
 * its processes or wakes it, whether there is anything to call: an endpoint whose process does not run answers nobody, though no call has failed yet.
 * Where people paused it, that is the word, with until when as its title: nothing is called, whoever would answer.
 */
import type { ReactElement } from "react";
import { exact } from "../../format/times.ts";
import type { EndpointRow } from "../../trpc/views.ts";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import { pauseWords } from "../../words/pause-words.ts";
import { useWords } from "../../words/use-words.ts";

export function BreakerWord({
  breaker,
  processes,
  sleep = null,
  pause,
  noEndpoint = "no endpoint",
}: {
  breaker: EndpointRow["breaker"] | null;
  processes: EndpointRow["processes"];
  sleep?: EndpointRow["sleep"];
  pause: EndpointRow["pause"];
  noEndpoint?: string;
}): ReactElement {
  const words = pauseWords[useWords().tag];
  if (pause !== null) {
    const end = pause.untilMs === null ? words.untilResumed : words.until(exact(pause.untilMs).slice(0, -4));
    return (
      <span title={`${pause.kind === "endpoint" ? `${pause.functions}: ` : ""}${end}`}>
        <StatusWord tone="caution">{words.paused}</StatusWord>
      </span>
    );
  }
  if (sleep?.state === "asleep") return <StatusWord tone="quiet">asleep</StatusWord>;
  if (sleep?.state === "waking")
    return <StatusWord tone={sleep.problem === null ? "message" : "danger"}>{sleep.problem === null ? "waking" : "not woken"}</StatusWord>;
  if (processes !== null && breaker !== null) {
    const word = processesWord(processes);
    if (word !== null) return <StatusWord tone={word.tone}>{word.text}</StatusWord>;
  }
  switch (breaker) {
    case null:
      return <StatusWord tone="caution">{noEndpoint}</StatusWord>;
    case "closed":
      return <StatusWord tone="clear">answering</StatusWord>;
    case "probing":
      return <StatusWord tone="caution">probing</StatusWord>;
    case "open":
      return <StatusWord tone="danger">breaker open</StatusWord>;
  }
}

/** null: they run, and the breaker has the word. */
function processesWord({
  running,
  wanted,
  restarting,
  problem,
}: NonNullable<EndpointRow["processes"]>): { tone: Tone; text: string } | null {
  if (running === 0) return problem === null ? { tone: "caution", text: "starting" } : { tone: "danger", text: "not running" };
  if (restarting) return { tone: "caution", text: "restarting" };
  return running < wanted ? { tone: "caution", text: `${running} of ${wanted} running` } : null;
}
