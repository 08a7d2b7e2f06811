/**
 * InvariantForm: writes an invariant, new or changed: for every entity of a type, or a total of terms. It shows what the rule gives now
 * before it is saved. Neighbours: expression-line.tsx is each expression, term-fields.tsx each term.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { InvariantRow, InvariantRule } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Combobox } from "../../ui/form/combobox.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { Select } from "../../ui/form/select.tsx";
import { ExpressionLine } from "./expression-line.tsx";
import { digits } from "./invariant-words.ts";
import { emptyTerm, TermFields, type Term } from "./term-fields.tsx";
import { useKnownState } from "./use-known-state.ts";
import { useInvariantsWords } from "../../words/invariants/use-invariants-words.ts";

type Compare = Extract<InvariantRule, { kind: "total" }>["compare"];
const TERMS_MAX = 8;
const compares = ["never-changes", "equals", "at-most", "at-least"] as const;

interface Draft {
  readonly name: string;
  readonly kind: "entity" | "total";
  readonly type: string;
  readonly holds: string;
  readonly terms: readonly Term[];
  readonly compare: Compare["kind"];
  readonly number: string;
}

function draftOf(row: InvariantRow | null): Draft {
  const empty: Draft = { name: "", kind: "entity", type: "", holds: "", terms: [emptyTerm], compare: "never-changes", number: "0" };
  if (row === null) return empty;
  const { name, rule } = row;
  if (rule.kind === "entity") return { ...empty, name, type: rule.type, holds: rule.holds };
  const { compare } = rule;
  return {
    ...empty,
    name,
    kind: "total",
    terms: rule.terms,
    compare: compare.kind,
    number: compare.kind === "never-changes" ? "0" : compare.number,
  };
}

/** Returns null while something is missing. */
function ruleOf({ kind, type, holds, terms, compare, number }: Draft): InvariantRule | null {
  if (kind === "entity") return type.trim() === "" || holds.trim() === "" ? null : { kind, type: type.trim(), holds };
  if (terms.some((term) => term.type.trim() === "")) return null;
  if (compare !== "never-changes" && !/^-?\d+(\.\d{1,20})?$/.test(number)) return null;
  const trimmed = terms.map((term) => ({ ...term, type: term.type.trim() }));
  return { kind, terms: trimmed, compare: compare === "never-changes" ? { kind: compare } : { kind: compare, number } };
}

export function InvariantForm({ row, onClose }: { row: InvariantRow | null; onClose: () => void }): ReactElement {
  const { form: words } = useInvariantsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(row));
  const set = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const put = useMutation(
    trpc.invariants.put.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.invariants.pathFilter());
        onClose();
      },
    }),
  );
  const rule = ruleOf(draft);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (rule !== null && draft.name.trim() !== "") put.mutate({ ...(row === null ? {} : { id: row.id }), name: draft.name.trim(), rule });
  };
  return (
    <form
      onSubmit={save}
      aria-label={row === null ? words.new : words.change(row.name)}
      className="flex flex-col gap-3 border-b border-line bg-panel px-4 py-3"
    >
      <div className="flex flex-wrap items-end gap-3">
        <Field label={words.name} className="flex-1 basis-64">
          {(control) => (
            <Input
              {...control}
              autoFocus
              required
              maxLength={120}
              placeholder={words.namePlaceholder}
              value={draft.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Segmented
          label={words.about}
          value={draft.kind}
          onChange={(kind) => set({ kind })}
          options={[
            { value: "entity", label: words.entity },
            { value: "total", label: words.total },
          ]}
        />
      </div>
      {draft.kind === "entity" ? <EntityFields draft={draft} set={set} /> : <TotalFields draft={draft} set={set} />}
      <div className="flex flex-wrap items-center gap-3">
        <MayButton
          operation="invariants.put"
          type="submit"
          tone="primary"
          disabled={rule === null || draft.name.trim() === ""}
          pending={put.isPending}
        >
          {row === null ? words.watch : words.save}
        </MayButton>
        <Button onClick={onClose}>{words.leave}</Button>
        <Preview rule={rule} />
      </div>
      {put.error === null ? null : <ErrorState inline error={put.error} what={words.notSaved} />}
    </form>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
}

function EntityFields({ draft, set }: FieldsProps): ReactElement {
  const { form: words } = useInvariantsWords();
  const types = useQuery(useTRPC().functions.types.queryOptions());
  const known = useKnownState(draft.type);
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Field label={words.everyOf} className="flex-1 basis-48">
        {(control) => (
          <Combobox
            {...control}
            mono
            placeholder="shop/stock"
            value={draft.type}
            suggestions={(types.data ?? []).map(({ type }) => ({ value: type }))}
            onChange={(type) => set({ type })}
          />
        )}
      </Field>
      <ExpressionLine
        label={words.holds}
        className="flex-[2] basis-72"
        text={draft.holds}
        subject="state"
        gives="condition"
        known={known}
        placeholder="state.left >= 0"
        onChange={(holds) => set({ holds })}
      />
    </div>
  );
}

function TotalFields({ draft, set }: FieldsProps): ReactElement {
  const { form: words } = useInvariantsWords();
  const options = compares.map((value) => ({ value, label: words.compares[value] }));
  const { terms } = draft;
  return (
    <div className="flex flex-col gap-2">
      {terms.map((term, index) => (
        <TermFields
          // A term is identified by its place only.
          key={`${index}`}
          term={term}
          index={index}
          onChange={(changed) => set({ terms: terms.with(index, changed) })}
          onRemove={terms.length === 1 ? null : () => set({ terms: terms.toSpliced(index, 1) })}
        />
      ))}
      <div className="flex flex-wrap items-end gap-3">
        <Button size="small" disabled={terms.length >= TERMS_MAX} onClick={() => set({ terms: [...terms, emptyTerm] })}>
          {words.addTerm}
        </Button>
        <Field label={words.together} className="w-40">
          {(control) => <Select {...control} value={draft.compare} options={options} onChange={(compare) => set({ compare })} />}
        </Field>
        {draft.compare === "never-changes" ? null : (
          <Field label={words.number} className="w-40">
            {(control) => (
              <Input {...control} mono inputMode="decimal" value={draft.number} onChange={(event) => set({ number: event.target.value })} />
            )}
          </Field>
        )}
      </div>
    </div>
  );
}

/** Runs only when it is asked for, because it reads the whole state once. */
function Preview({ rule }: { rule: InvariantRule | null }): ReactElement {
  const { form: words } = useInvariantsWords();
  const preview = useMutation(useTRPC().invariants.preview.mutationOptions());
  const shown = preview.data;
  const isCurrent = JSON.stringify(preview.variables?.rule) === JSON.stringify(rule);
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-3">
      <MayButton
        operation="invariants.preview"
        disabled={rule === null}
        pending={preview.isPending}
        onClick={() => rule !== null && preview.mutate({ rule })}
      >
        {words.whatNow}
      </MayButton>
      {shown === undefined || !isCurrent ? null : shown.value === null ? (
        <span role="status" className="text-caution">
          {words.notKnown}
          <span lang="en">{shown.why}</span>
        </span>
      ) : (
        <span role="status">
          <span className="font-mono text-[15px]">{digits(shown.value)}</span>{" "}
          <span className="text-quiet">
            {rule?.kind === "entity" ? words.breakIt : ""}
            {words.of(shown.entities, shown.messages)}
          </span>
        </span>
      )}
      {preview.error === null || !isCurrent ? null : <ErrorState inline error={preview.error} what={words.notLooked} />}
    </div>
  );
}
