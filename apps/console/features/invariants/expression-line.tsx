/**
 * ExpressionLine: one expression of an invariant, or the condition of a breakpoint, with completion, and below it what is wrong and at
 * which character. It is part of a form and runs nothing. Neighbours: filter/filter-line.tsx is the line of a filter, which runs with
 * Enter; the language is the same.
 */
"use client";
import type { FilterOption, KnownOfRows } from "@signalbox/gateway/filter";
import { useState, type KeyboardEvent, type ReactElement } from "react";
import { CompletionList } from "../../filter/filter-line.tsx";
import { loadLanguage, useLanguage, type FilterLanguage } from "../../filter/language.ts";
import { Field, Input } from "../../ui/form/field.tsx";
import { movedThrough } from "../../ui/form/moved-through.ts";
import { useInvariantsWords } from "../../words/invariants/use-invariants-words.ts";
import type { InvariantsWords } from "../../words/invariants/en.ts";

export interface ExpressionLineProps {
  readonly label: string;
  readonly hint?: string;
  readonly text: string;
  readonly subject: "state" | "on-the-way" | "held";
  readonly gives: "condition" | "number";
  readonly known: KnownOfRows;
  readonly placeholder: string;
  readonly onChange: (text: string) => void;
  readonly className?: string;
}

const nothingToOffer: { from: number; options: readonly FilterOption[] } = { from: 0, options: [] };

export function ExpressionLine(props: ExpressionLineProps): ReactElement {
  const { label, hint, text, subject, known, placeholder, onChange, className } = props;
  const { faultAt } = useInvariantsWords();
  const language = useLanguage();
  const [caret, setCaret] = useState(text.length);
  const [asked, ask] = useState(false);
  const [at, setAt] = useState(-1);
  const { from, options } =
    asked && language !== undefined ? language.completeFilter(text.slice(0, caret), subject, known) : nothingToOffer;
  const fault = faultOf(language, props, faultAt);
  const take = (option: FilterOption, input: HTMLInputElement | null): void => {
    const place = from + option.text.length;
    onChange(text.slice(0, from) + option.text + text.slice(caret));
    setCaret(place);
    setAt(-1);
    ask(false);
    requestAnimationFrame(() => input?.setSelectionRange(place, place));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const option = options[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      ask(true);
      const down = event.key === "ArrowDown";
      setAt((before) => movedThrough(options.length, { from: before, down }));
    } else if ((event.key === "Enter" || event.key === "Tab") && option !== undefined) {
      event.preventDefault();
      take(option, event.currentTarget);
    } else if (event.key === "Escape" && options.length > 0) {
      event.stopPropagation();
      ask(false);
    }
  };
  return (
    <Field label={label} hint={hint} error={fault} {...(className === undefined ? {} : { className })}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            mono
            value={text}
            placeholder={placeholder}
            role="combobox"
            aria-expanded={options.length > 0}
            aria-controls={`${control.id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={at >= 0 ? `${control.id}-${at}` : undefined}
            onFocus={() => void loadLanguage()}
            onBlur={() => ask(false)}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? text.length)}
            onChange={(event) => {
              onChange(event.target.value);
              setCaret(event.target.selectionStart ?? event.target.value.length);
              setAt(-1);
              ask(true);
            }}
            onKeyDown={onKeyDown}
          />
          <CompletionList
            id={control.id}
            list={options}
            at={at}
            below={false}
            onTake={(option) => take(option, document.getElementById(control.id) as HTMLInputElement | null)}
          />
        </div>
      )}
    </Field>
  );
}

/** Returns what the gateway would refuse too; an expression that is empty or half written is not wrong yet. */
function faultOf(
  language: FilterLanguage | undefined,
  { text, subject, gives }: ExpressionLineProps,
  faultAt: InvariantsWords["faultAt"],
): string | undefined {
  if (language === undefined || text.trim() === "") return undefined;
  const compiled = language.compileExpression(text, subject, gives);
  if (compiled.kind === "ok") return undefined;
  return faultAt(compiled.at + 1, `${compiled.message} ${compiled.cure}`);
}
