/**
 * SequencePanel: sends the message at a rate, in steps, with a chart: wanted, accepted, and how long the slowest piece of each second took.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import { useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { traceHref } from "../../shell/navigation.ts";
import { Button } from "../../ui/button.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { NumberField } from "../../ui/form/number-field.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import type { Draft } from "./message-body.ts";
import {
  RATE_MAX,
  SECONDS_MAX,
  STEPS_MAX,
  useSequence,
  type SequenceSecond,
  type SequenceState,
  type SequenceStep,
} from "./use-sequence.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

export function SequencePanel({ draft, problem }: { draft: Draft; problem: string | null }): ReactElement {
  const words = useSendWords();
  const { state, run, cancel } = useSequence();
  const [steps, setSteps] = useState<readonly SequenceStep[]>([{ perSecond: 20, seconds: 5 }]);
  const change = (index: number, part: Partial<SequenceStep>): void =>
    setSteps((before) => before.map((step, at) => (at === index ? { ...step, ...part } : step)));
  const messages = steps.reduce((sum, step) => sum + step.perSecond * step.seconds, 0);
  const valid = steps.every(({ perSecond, seconds }) => between(perSecond, RATE_MAX) && between(seconds, SECONDS_MAX));
  const why = draft.raw ? words.sequence.raw : problem;
  return (
    <section aria-label={words.sequence.title} className="flex flex-col gap-3">
      <PartTitle
        end={
          <Button size="small" disabled={steps.length >= STEPS_MAX} onClick={() => setSteps([...steps, { perSecond: 50, seconds: 5 }])}>
            {words.sequence.addStep}
          </Button>
        }
      >
        {words.sequence.title}
      </PartTitle>
      <ul className="flex flex-col gap-2">
        {steps.map((step, index) => (
          // A step is identified by its place.
          <Step
            key={`${index}`}
            step={step}
            place={index + 1}
            onChange={(part) => change(index, part)}
            onRemove={steps.length === 1 ? undefined : () => setSteps(steps.filter((_step, at) => at !== index))}
          />
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-3">
        {state.running ? (
          <Button onClick={cancel}>{words.sequence.cancel}</Button>
        ) : (
          <CapabilityButton
            needs="messages"
            operation="send.many"
            of={draft.type}
            disabled={why !== null || !valid}
            onClick={() => run(draft, steps)}
          >
            {words.sequence.run(messages, duration(steps.reduce((sum, { seconds }) => sum + seconds, 0) * 1_000))}
          </CapabilityButton>
        )}
        <span className="text-[12px] text-quiet">{why ?? (valid ? "" : words.sequence.bounds(RATE_MAX, SECONDS_MAX))}</span>
      </div>
      <Outcome state={state} />
    </section>
  );
}

interface StepProps {
  step: SequenceStep;
  place: number;
  onChange: (part: Partial<SequenceStep>) => void;
  onRemove: (() => void) | undefined;
}

function Step({ step, place, onChange, onRemove }: StepProps): ReactElement {
  const words = useSendWords();
  return (
    <li className="flex items-end gap-3">
      <NumberField
        label={words.sequence.step(place)}
        max={RATE_MAX}
        value={step.perSecond}
        onChange={(perSecond) => onChange({ perSecond })}
      />
      <NumberField label={words.sequence.seconds} max={SECONDS_MAX} value={step.seconds} onChange={(seconds) => onChange({ seconds })} />
      {onRemove === undefined ? null : (
        <Button tone="ghost" onClick={onRemove}>
          {words.sequence.remove}
        </Button>
      )}
    </li>
  );
}

function between(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function Outcome({ state }: { state: SequenceState }): ReactElement | null {
  const words = useSendWords();
  if (state.seconds.length === 0) return null;
  const slowest = Math.max(...state.seconds.map(({ tookMs }) => tookMs));
  return (
    <div className="flex flex-col gap-2">
      <Chart seconds={state.seconds} />
      <p role="status" className="flex flex-wrap gap-x-4 text-[12px] text-quiet">
        <StatusWord tone={state.running ? "message" : state.refusal === null ? "clear" : "caution"}>
          {words.sequence.accepted(grouped(state.accepted))}
          {state.running ? words.sequence.soFar() : ""}
        </StatusWord>
        <span>{words.sequence.slowest(duration(slowest))}</span>
        {state.firstTrace === null ? null : (
          <Link href={traceHref(state.firstTrace)} className="text-message hover:underline">
            {words.sequence.firstTrace}
          </Link>
        )}
        {state.refusal === null ? null : <span className="text-danger">{state.refusal}</span>}
      </p>
    </div>
  );
}

const WIDTH = 560;
const HEIGHT = 96;

function Chart({ seconds }: { seconds: readonly SequenceSecond[] }): ReactElement {
  const words = useSendWords();
  const most = Math.max(1, ...seconds.map(({ wanted, accepted }) => Math.max(wanted, accepted)));
  const step = Math.min(24, WIDTH / Math.max(1, seconds.length));
  const height = (count: number): number => (count / most) * (HEIGHT - 12);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="w-full max-w-[560px]"
      role="img"
      aria-label={words.sequence.chart(seconds.map(({ accepted }) => accepted).join(", "))}
    >
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line-strong)" />
      {seconds.map(({ second, wanted, accepted, tookMs }) => (
        <g key={second}>
          <title>{words.sequence.second(second + 1, { accepted, wanted }, duration(tookMs))}</title>
          <rect x={second * step + 1} width={step - 2} y={HEIGHT - 1 - height(accepted)} height={height(accepted)} fill="var(--message)" />
          <path
            d={`M${second * step} ${HEIGHT - 1 - height(wanted)}h${step}`}
            stroke="var(--text)"
            strokeDasharray={accepted < wanted ? "3 2" : undefined}
          />
        </g>
      ))}
      <text x="0" y="10" fontSize="11" fill="var(--quiet)">
        {most}/s
      </text>
    </svg>
  );
}
