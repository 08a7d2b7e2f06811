/** TermFields: one term of a total: over entities or over messages on the way, which number of each, and which of them. */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import type { InvariantRule } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/form/combobox.tsx";
import { Field } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";
import { ExpressionLine } from "./expression-line.tsx";
import { useKnownState } from "./use-known-state.ts";
import { useInvariantsWords } from "../../words/invariants/use-invariants-words.ts";

export type Term = Extract<InvariantRule, { kind: "total" }>["terms"][number];

export const emptyTerm: Term = { over: "states", type: "", value: "", where: "", minus: false };

const overs = ["states", "messages"] as const;
const signs = ["plus", "minus"] as const;

interface Props {
  readonly term: Term;
  readonly index: number;
  readonly onChange: (term: Term) => void;
  readonly onRemove: (() => void) | null;
}

export function TermFields({ term, index, onChange, onRemove }: Props): ReactElement {
  const { term: words } = useInvariantsWords();
  const named = <Value extends "states" | "messages" | "plus" | "minus">(values: readonly Value[]) =>
    values.map((value) => ({ value, label: words[value] }));
  const types = useQuery(useTRPC().functions.types.queryOptions());
  const isState = term.over === "states";
  const known = useKnownState(isState ? term.type : "");
  const subject = isState ? "state" : "on-the-way";
  const set = (part: Partial<Term>): void => onChange({ ...term, ...part });
  return (
    <fieldset
      aria-label={words.label(index + 1)}
      className="flex flex-wrap items-start gap-3 rounded border border-line bg-ground px-3 py-2"
    >
      <Field label={words.sign} className="w-24">
        {(control) => (
          <Select
            {...control}
            value={term.minus ? "minus" : "plus"}
            options={named(signs)}
            onChange={(sign) => set({ minus: sign === "minus" })}
          />
        )}
      </Field>
      <Field label={words.over} className="w-44">
        {(control) => <Select {...control} value={term.over} options={named(overs)} onChange={(over) => set({ over })} />}
      </Field>
      <Field label={isState ? words.type : words.valueType} className="flex-1 basis-44">
        {(control) => (
          <Combobox
            {...control}
            mono
            placeholder={isState ? "bank/account" : "bank/Credit"}
            value={term.type}
            suggestions={isState ? (types.data ?? []).map(({ type }) => ({ value: type })) : []}
            onChange={(type) => set({ type })}
          />
        )}
      </Field>
      <ExpressionLine
        label={words.number}
        className="flex-1 basis-52"
        text={term.value}
        subject={subject}
        gives="number"
        known={known}
        placeholder={isState ? "state.cents" : "value.cents"}
        onChange={(value) => set({ value })}
      />
      <ExpressionLine
        label={words.where}
        className="flex-1 basis-52"
        text={term.where}
        subject={subject}
        gives="condition"
        known={known}
        placeholder={isState ? 'id.startsWith("a")' : 'type == "bank/account"'}
        onChange={(where) => set({ where })}
      />
      {onRemove === null ? null : (
        <Button size="small" tone="ghost" className="mt-6" onClick={onRemove}>
          {words.remove}
        </Button>
      )}
    </fieldset>
  );
}
