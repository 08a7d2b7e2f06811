/**
 * FilterLine: one line of the filter language with completion and, below it, what is wrong with it and where. It runs with Enter and only
 * as a whole: while it is unfinished, the last run stays and the line says so. Neighbours: filter-bar.tsx puts the whole filter into it, or
 * one part.
 */
"use client";
import type { CompiledFilter, FilterOption, FilterSubject, KnownOfRows } from "@signalbox/gateway/filter";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { cn } from "../ui/cn.ts";
import { EchoedText } from "../ui/echoed-text.ts";
import { movedThrough } from "../ui/form/moved-through.ts";
import { Told } from "../ui/text/told.tsx";
import { compiledBy, loadLanguage, useLanguage } from "./language.ts";
import { useFilterWords } from "../words/filter/use-filter-words.ts";

export interface FilterLineProps {
  id: string;
  label: string;
  /** The text that was run last, or a text in the URL that is no filter. */
  text: string;
  subject: FilterSubject;
  known: KnownOfRows;
  placeholder: string;
  /** Called with a text that is a filter. */
  onRun: (text: string) => void;
  onLeave?: () => void;
  focus?: boolean;
  children?: ReactNode;
}

const line =
  "h-8 w-full rounded border bg-panel px-3 pr-9 font-mono text-[12px] placeholder:text-quiet focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-message";

export function FilterLine(props: FilterLineProps) {
  const { id, label, placeholder, onLeave, focus = false, children } = props;
  const { text, compiled, changed, options, at, write, take, ask, setCaret, onKeyDown } = useFilterLine(props);
  const wrong = compiled.kind === "error" && !compiled.unfinished;
  return (
    <div className="relative min-w-0 flex-1 max-sm:basis-full">
      <input
        id={id}
        value={text}
        spellCheck={false}
        autoComplete="off"
        autoFocus={focus}
        role="combobox"
        aria-label={label}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        aria-invalid={wrong}
        aria-describedby={`${id}-says`}
        placeholder={placeholder}
        onChange={(event) => {
          write(event.target.value, event.target.selectionStart ?? event.target.value.length);
          ask(true);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? text.length)}
        onFocus={() => void loadLanguage()}
        onBlur={() => {
          ask(false);
          onLeave?.();
        }}
        onKeyDown={onKeyDown}
        className={cn(line, wrong ? "border-caution" : "border-line")}
      />
      <span className="absolute top-1 right-1">{children}</span>
      <FilterSays id={`${id}-says`} compiled={compiled} text={text} changed={changed} />
      <CompletionList id={id} list={options} at={at} below={changed || compiled.kind === "error"} onTake={take} />
    </div>
  );
}

const nothingToOffer: { from: number; options: readonly FilterOption[] } = { from: 0, options: [] };

/** Keeps the text, and what can be completed at the caret; nothing of it runs before Enter. */
function useFilterLine({ id, text: applied, subject, known, onRun, onLeave }: FilterLineProps) {
  const [text, setText] = useState(applied);
  const [caret, setCaret] = useState(applied.length);
  const [at, setAt] = useState(-1);
  const [asked, ask] = useState(false);
  const echoed = useRef(new EchoedText(applied));
  // The text that was run comes back when the page's address changes; more may have been typed by then.
  useEffect(() => {
    if (echoed.current.isNews(applied)) setText(applied);
  }, [applied]);
  const language = useLanguage();
  const compiled = compiledBy(language, text, subject);
  const { from, options } =
    asked && language !== undefined ? language.completeFilter(text.slice(0, caret), subject, known) : nothingToOffer;

  const write = (next: string, place: number): void => {
    setText(next);
    setCaret(place);
    setAt(-1);
  };
  const take = (option: FilterOption): void => {
    // A method's example is there to be replaced, so the caret goes into its quotes.
    const quote = option.text.indexOf('("');
    const place = from + (quote < 0 ? option.text.length : quote + 2);
    write(text.slice(0, from) + option.text + text.slice(caret), place);
    placeCaret(id, place);
  };
  const run = (): void => {
    ask(false);
    setAt(-1);
    void loadLanguage().then(({ compileFilter }) => {
      const now = compileFilter(text, subject);
      if (now.kind === "error") return placeCaret(id, now.until);
      setText((typed) => (typed === text ? now.filter.text : typed));
      echoed.current.told(now.filter.text);
      onRun(now.filter.text);
    });
  };
  const takeBack = (): void => {
    if (options.length > 0) return ask(false);
    setText(applied);
    onLeave?.();
  };
  const move = (down: boolean): void => {
    if (options.length === 0) ask(true);
    else setAt((before) => movedThrough(options.length, { from: before, down }));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const option = options[at];
    const acts: Readonly<Record<string, (() => void) | undefined>> = {
      ArrowDown: () => move(true),
      ArrowUp: () => move(false),
      Enter: () => (option === undefined ? run() : take(option)),
      Tab: option === undefined ? undefined : () => take(option),
      Escape: takeBack,
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  return { text, compiled, changed: text !== applied, options, at, write, take, ask, setCaret, onKeyDown };
}

function placeCaret(id: string, at: number): void {
  requestAnimationFrame(() => {
    const input = document.getElementById(id);
    if (input instanceof HTMLInputElement && document.activeElement === input) input.setSelectionRange(at, at);
  });
}

/** Below the line: the mistake, with the wrong characters marked below their place, or that the text has not been run. */
function FilterSays({ id, compiled, text, changed }: { id: string; compiled: CompiledFilter; text: string; changed: boolean }) {
  const words = useFilterWords();
  const wrong = compiled.kind === "error" && (!compiled.unfinished || !changed);
  if (!wrong && !changed)
    return (
      <p id={id} className="sr-only">
        {words.enter}
      </p>
    );
  return (
    <p
      id={id}
      className="absolute top-[34px] left-0 z-30 max-w-[min(100%,720px)] rounded border border-line bg-panel px-3 py-1 text-[12px] shadow-float"
    >
      {wrong ? (
        <>
          <span className="block overflow-hidden font-mono whitespace-pre" aria-hidden="true">
            <span className="text-quiet">{text.slice(0, compiled.at)}</span>
            <mark className="bg-caution-soft text-caution underline decoration-wavy underline-offset-2">
              {text.slice(compiled.at, compiled.until) || " "}
            </mark>
            <span className="text-quiet">{text.slice(compiled.until)}</span>
          </span>
          <span className="block text-caution">
            {words.atCharacter(compiled.at + 1)} <Told text={compiled.message} />
          </span>
          <Told text={compiled.cure} className="block text-quiet" />
        </>
      ) : compiled.kind === "error" ? (
        <span className="text-caution">{words.unfinished}</span>
      ) : (
        <span className="text-quiet">{words.notRun}</span>
      )}
    </p>
  );
}

interface CompletionListProps {
  id: string;
  list: readonly FilterOption[];
  at: number;
  /** Whether it is below the message about the text. */
  below: boolean;
  onTake: (option: FilterOption) => void;
}

export function CompletionList({ id, list, at, below, onTake }: CompletionListProps) {
  const words = useFilterWords();
  return (
    <ul
      id={`${id}-list`}
      role="listbox"
      aria-label={words.canStand}
      hidden={list.length === 0}
      className={cn(
        "absolute left-0 z-40 max-h-72 w-max max-w-[min(560px,calc(100vw-32px))] min-w-72 overflow-auto rounded-md border border-line bg-panel p-1 shadow-float",
        below ? "top-[64px]" : "top-[36px]",
      )}
    >
      {list.map((option, index) => (
        <li
          key={option.label}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(option);
          }}
          className={cn("flex h-7 items-center gap-4 rounded px-2 text-[12px]", index === at ? "bg-selected" : "hover:bg-hover")}
        >
          <span className="shrink-0 font-mono">{option.label}</span>
          <Told text={option.detail} className="ml-auto min-w-0 truncate text-quiet" />
        </li>
      ))}
    </ul>
  );
}
