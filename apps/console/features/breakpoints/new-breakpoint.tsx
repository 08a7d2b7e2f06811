/** NewBreakpoint: the form that sets one: functions, one id or a prefix, which messages, and for how long. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { ExpressionLine } from "../invariants/expression-line.tsx";
import { useBreakpointsWords } from "../../words/breakpoints/use-breakpoints-words.ts";

const minutesDefault = "5";
/** Nothing is known for completion, because the messages have not come yet. */
const nothingKnown = {};

const holding = { needs: "breakpoints", operation: "breakpoints.set" } as const;

export function NewBreakpoint({ functions: given, id: givenId }: { functions: string; id: string }): ReactElement {
  const { form: words } = useBreakpointsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [functions, setFunctions] = useState(given);
  const [id, setId] = useState(givenId);
  const [condition, setCondition] = useState("");
  const [minutes, setMinutes] = useState(minutesDefault);
  const set = useMutation(
    trpc.breakpoints.set.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.breakpoints.pathFilter()) }),
  );
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const isPrefix = id.endsWith("*");
    set.mutate({
      functions,
      entity: id === "" || isPrefix ? null : id,
      prefix: isPrefix && id.length > 1 ? id.slice(0, -1) : null,
      condition: condition.trim() === "" ? null : condition,
      seconds: Math.round(Number(minutes) * 60),
    });
  };
  return (
    <form onSubmit={save} aria-label={words.label} className="flex flex-wrap items-end gap-3 border-b border-line px-4 py-3">
      <Field label={words.functions} className="flex-1 basis-48">
        {(control) => (
          <Input
            {...control}
            mono
            required
            placeholder={words.functionsHint}
            value={functions}
            onChange={(event) => setFunctions(event.target.value)}
          />
        )}
      </Field>
      <Field label={words.id} className="flex-1 basis-40">
        {(control) => <Input {...control} mono placeholder={words.everyId} value={id} onChange={(event) => setId(event.target.value)} />}
      </Field>
      <ExpressionLine
        label={words.fitting}
        subject="held"
        gives="condition"
        known={nothingKnown}
        placeholder="value.amount > 1000"
        text={condition}
        onChange={setCondition}
        className="flex-1 basis-64"
      />
      <Field label={words.minutes} className="w-24">
        {(control) => (
          <Input
            {...control}
            type="number"
            min="0.05"
            step="any"
            required
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          />
        )}
      </Field>
      <CapabilityButton {...holding} action={words.hold} of={functions} type="submit" tone="primary" pending={set.isPending}>
        {words.hold}
      </CapabilityButton>
      {set.error === null ? null : <ErrorState inline className="w-full" error={set.error} />}
    </form>
  );
}
