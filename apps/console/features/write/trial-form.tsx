/**
 * TrialForm: the message with which a function is tried, and the states that it finds.
 */
"use client";
import { useState, type ReactElement } from "react";
import type { TrialResult } from "../../trpc/views.ts";
import { ReasonButton } from "../../ui/reason-button.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";
import { BodyEditor } from "../send/body-editor.tsx";
import { draftProblem, textOf, type Draft } from "../send/message-body.ts";
import type { Trial } from "./use-trial.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";
import { useWriteWords } from "../../words/write/use-write-words.ts";

export type ServedFunction = Extract<TrialResult, { kind: "loaded" }>["functions"][number];

export interface TrialFormProps {
  readonly functions: readonly ServedFunction[];
  readonly pending: boolean;
  readonly reason: string | null;
  readonly onRun: (trial: Trial) => void;
}

export function TrialForm({ functions, pending, reason, onRun }: TrialFormProps): ReactElement {
  const [typed, setTyped] = useState<Draft>({ type: "", id: "ada", valueType: "", body: "", raw: false, count: 1 });
  const { problems } = useSendWords();
  const { trial: words } = useWriteWords();
  const [states, setStates] = useState<Readonly<Record<string, string>>>({});
  const served = functions.find(({ type }) => type === typed.type) ?? functions[0];
  const takes = served?.takes ?? [];
  const valueType = takes.includes(typed.valueType) ? typed.valueType : (takes[0] ?? "");
  const draft = { ...typed, type: served?.type ?? "", valueType };
  const problem = draft.raw ? words.noBytes : draftProblem(draft, problems);
  const run = (): void => {
    if (problem !== null || pending) return;
    const given = (served?.states ?? []).flatMap(({ name }) => (states[name]?.trim() ? [{ name, text: states[name] }] : []));
    onRun({ type: draft.type, id: draft.id, valueType, text: textOf(draft), states: given });
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] gap-2">
        <Field label={words.function}>
          {({ id }) => (
            <Select
              id={id}
              mono
              value={draft.type === "" ? null : draft.type}
              options={functions.map(({ type }) => ({ value: type, label: type }))}
              onChange={(type) => setTyped({ ...typed, type })}
            />
          )}
        </Field>
        <Field label={words.id}>
          {(control) => <Input {...control} mono value={typed.id} onChange={(event) => setTyped({ ...typed, id: event.target.value })} />}
        </Field>
      </div>
      <Field label={words.ofType}>
        {({ id }) => (
          <Select
            id={id}
            mono
            value={valueType === "" ? null : valueType}
            options={takes.map((value) => ({ value, label: value }))}
            onChange={(value) => setTyped({ ...typed, valueType: value, body: "" })}
          />
        )}
      </Field>
      <BodyEditor draft={draft} onChange={(change) => setTyped({ ...draft, ...change })} onSubmit={run} />
      <StateFields states={served?.states ?? []} texts={states} onChange={setStates} />
      <ReasonButton
        type="submit"
        className="self-start"
        reason={reason}
        disabled={problem !== null}
        pending={pending}
        title={problem ?? undefined}
      >
        {words.run}
      </ReasonButton>
    </form>
  );
}

interface StateFieldsProps {
  readonly states: ServedFunction["states"];
  readonly texts: Readonly<Record<string, string>>;
  readonly onChange: (texts: Readonly<Record<string, string>>) => void;
}

function StateFields({ states, texts, onChange }: StateFieldsProps): ReactElement {
  const { trial: words } = useWriteWords();
  return (
    <>
      {states.map(({ name, typename }) => (
        <Field key={name} label={words.stateBefore(name)} hint={words.stateHint(typename)}>
          {(control) => (
            <Input {...control} mono value={texts[name] ?? ""} onChange={(event) => onChange({ ...texts, [name]: event.target.value })} />
          )}
        </Field>
      ))}
    </>
  );
}
