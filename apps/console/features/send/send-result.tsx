/**
 * SendResult: what was accepted, with links to what it caused: the trace and the entity.
 */
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { traceHref } from "../../shell/navigation.ts";
import { Button } from "../../ui/button.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { entityHref } from "../entities/entity-href.ts";
import { CallAnswer } from "./call-answer.tsx";
import type { SendAnswer } from "./use-send.ts";
import { useProblemWords } from "../../words/problems/use-problem-words.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

export function SendResult({ result }: { result: SendAnswer }): ReactElement {
  const words = useSendWords();
  const problems = useProblemWords();
  const { draft, accepted, trace, counter, tookMs, refusal, repeated, call } = result;
  const spread = counter === "id";
  return (
    <div
      role="status"
      className="flex flex-col gap-2 rounded-md border border-line bg-panel px-3 py-2.5 text-[13px] motion-safe:animate-rise"
    >
      <div className="flex flex-wrap items-center gap-x-3">
        <StatusWord tone={refusal === null ? "clear" : "caution"} className="font-medium">
          {refusal === null ? words.result.durable(accepted) : words.result.partly(accepted, draft.count)}
        </StatusWord>
        <span className="font-mono text-[12px] text-quiet">
          {duration(tookMs)}
          {accepted > 1 ? `, ${rate((accepted / Math.max(1, tookMs)) * 1_000)}` : ""}
        </span>
      </div>
      {repeated ? <p className="text-quiet">{words.result.repeated}</p> : null}
      {call === null ? null : <CallAnswer key={call.messageId} call={call} target={{ type: draft.type, id: draft.id }} />}
      {refusal === null ? null : (
        <p>
          {problems.title(refusal.code, refusal.title)}: <span lang="en">{refusal.detail}</span>{" "}
          <span className="text-quiet">{problems.cure(refusal.code, refusal.cure)}</span>
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {trace === null ? null : (
          <Button asChild size="small" tone="primary">
            <Link href={traceHref(trace)}>{accepted > 1 ? words.result.firstTrace : words.result.trace(grouped(trace))}</Link>
          </Button>
        )}
        {spread ? (
          <Button asChild size="small">
            <Link
              href={`/entities?type=${encodeURIComponent(draft.type)}&prefix=${encodeURIComponent(draft.id.slice(0, draft.id.indexOf("{n}")))}`}
            >
              {words.result.entities}
            </Link>
          </Button>
        ) : (
          <Button asChild size="small">
            <Link href={entityHref({ type: draft.type, id: draft.id })}>{words.result.open(draft.id)}</Link>
          </Button>
        )}
      </div>
    </div>
  );
}
