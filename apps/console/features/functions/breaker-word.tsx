/**
 * BreakerWord: whether an endpoint is called: closed (calls pass), open (it waits), probing (one call tries); and, when the gateway starts
 * its processes or wakes it, whether there is anything to call, because an endpoint without a running process may not have failed a call
 * yet. When people paused it, that is the word, with the end of the pause as its title.
 */
import type { ReactElement } from "react";
import { exact } from "../../format/times.ts";
import type { EndpointRow } from "../../trpc/views.ts";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import type { BreakerWords } from "../../words/breaker/en.ts";
import { useBreakerWords } from "../../words/breaker/use-breaker-words.ts";

export function BreakerWord({
  breaker,
  processes,
  sleep = null,
  pause,
  noEndpoint,
  type = "",
}: {
  breaker: EndpointRow["breaker"] | null;
  processes: EndpointRow["processes"];
  sleep?: EndpointRow["sleep"];
  pause: EndpointRow["pause"];
  noEndpoint?: string;
  /** The function type it is said of; the engine's own have no endpoint and want none. */
  type?: string;
}): ReactElement {
  const said = useBreakerWords();
  if (pause !== null) {
    const end = pause.untilMs === null ? said.untilResumed : said.until(exact(pause.untilMs).slice(0, -4));
    const title = pause.kind === "endpoint" ? `${pause.functions}: ${end}` : end;
    return (
      <span title={title}>
        <StatusWord tone="caution">{said.paused}</StatusWord>
      </span>
    );
  }
  if (sleep?.state === "asleep") return <StatusWord tone="quiet">{said.asleep}</StatusWord>;
  if (sleep?.state === "waking")
    return (
      <StatusWord tone={sleep.problem === null ? "message" : "danger"}>{sleep.problem === null ? said.waking : said.notWoken}</StatusWord>
    );
  if (processes !== null && breaker !== null) {
    const word = processesWord(processes, said);
    if (word !== null) return <StatusWord tone={word.tone}>{word.text}</StatusWord>;
  }
  switch (breaker) {
    case null:
      if (/^io\.signalbox\.(?:calls|records)\//.test(type))
        return (
          <span title={said.builtInTitle}>
            <StatusWord tone="quiet">{said.builtIn}</StatusWord>
          </span>
        );
      return <StatusWord tone="caution">{noEndpoint ?? said.noEndpoint}</StatusWord>;
    case "closed":
      return <StatusWord tone="clear">{said.answering}</StatusWord>;
    case "probing":
      return <StatusWord tone="caution">{said.probing}</StatusWord>;
    case "open":
      return <StatusWord tone="danger">{said.open}</StatusWord>;
  }
}

/** Returns null when they run, and then the breaker decides the word. */
function processesWord(
  { running, wanted, restarting, problem }: NonNullable<EndpointRow["processes"]>,
  said: BreakerWords,
): { tone: Tone; text: string } | null {
  if (running === 0) return problem === null ? { tone: "caution", text: said.starting } : { tone: "danger", text: said.notRunning };
  if (restarting) return { tone: "caution", text: said.restarting };
  return running < wanted ? { tone: "caution", text: said.running(running, wanted) } : null;
}
