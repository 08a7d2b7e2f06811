/**
 * CodeEditor: a text box for JSON, YAML, SQL, TypeScript or plain text, which becomes CodeMirror (code-mirror.tsx) when a person comes to
 * it, by pointer or keyboard, or when the gateway has errors to mark in it. Until then it is a plain text box with the same text, so that
 * no page pays for an editor that nobody opens; it stays one when the editor cannot be fetched.
 */
"use client";
import type { CompletionSource } from "@codemirror/autocomplete";
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentType,
  type KeyboardEvent,
  type ReactElement,
  type Ref,
} from "react";
import { cn } from "../cn.ts";
import type { Caret, CodeMirrorProps } from "./code-mirror.tsx";
import { loadGrammar, type Grammar } from "./grammar.ts";

export interface EditorMarker {
  severity: "error" | "warning";
  message: string;
  /** The line, from 1. */
  line: number;
  column: number;
}

export interface CodeEditorHandle {
  goTo: (line: number, column: number) => void;
  /** Inserts the text in place of the selection. */
  insert: (text: string) => void;
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: "json" | "yaml" | "sql" | "typescript" | "text";
  label: string;
  readOnly?: boolean;
  markers?: readonly EditorMarker[];
  /** The JSON schema of one document, for completion in YAML. */
  schema?: unknown;
  /** The columns by table, for completion in SQL; the same object while nothing changes. */
  tables?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Completion in TypeScript, beside the words of the language; the same function while nothing changes. */
  complete?: CompletionSource | undefined;
  onSubmit?: () => void;
  placeholder?: string;
  className?: string;
  ref?: Ref<CodeEditorHandle>;
}

interface Loaded {
  language: CodeEditorProps["language"];
  Editor: ComponentType<CodeMirrorProps>;
  grammar: Grammar;
}

export function CodeEditor({ ref, ...props }: CodeEditorProps): ReactElement {
  const caret = useRef<Caret>({ from: 0, to: 0, focused: false });
  const { loaded, want } = useEditor(props.language);
  const inner = useRef<CodeEditorHandle>(null);
  const waiting = useRef<((editor: CodeEditorHandle) => void)[]>([]);
  const marked = (props.markers?.length ?? 0) > 0;
  useEffect(() => {
    if (marked) want();
  }, [marked, want]);
  useEffect(() => {
    if (inner.current !== null) for (const act of waiting.current.splice(0)) act(inner.current);
  }, [loaded]);
  useImperativeHandle(ref, () => {
    const act = (what: (editor: CodeEditorHandle) => void): void => {
      if (inner.current !== null) return what(inner.current);
      waiting.current = [what];
      want();
    };
    return { goTo: (line, column) => act((editor) => editor.goTo(line, column)), insert: (text) => act((editor) => editor.insert(text)) };
  }, [want]);

  if (loaded === null) return <PlainEditor {...props} caret={caret} onWanted={want} />;
  const { Editor, grammar } = loaded;
  return <Editor {...props} grammar={grammar} caret={caret} ref={inner} />;
}

function useEditor(language: CodeEditorProps["language"]) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const asked = useRef<CodeEditorProps["language"] | null>(null);
  const want = useCallback(() => {
    if (asked.current === language) return;
    asked.current = language;
    Promise.all([import("./code-mirror.tsx"), loadGrammar(language)]).then(
      ([{ CodeMirror }, grammar]) => setLoaded({ language, Editor: CodeMirror, grammar }),
      // The plain box stays, and the next visit tries again.
      () => {
        asked.current = null;
      },
    );
  }, [language]);
  const current = loaded?.language === language ? loaded : null;
  const stale = loaded !== null && current === null;
  useEffect(() => {
    if (stale) want();
  }, [stale, want]);
  return { loaded: current, want };
}

interface PlainEditorProps extends Omit<CodeEditorProps, "ref"> {
  /** Takes where the caret stood, when this box goes. */
  caret: { current: Caret };
  onWanted: () => void;
}

function PlainEditor({
  value,
  onChange,
  onSubmit,
  label,
  readOnly,
  placeholder,
  className,
  caret,
  onWanted,
}: PlainEditorProps): ReactElement {
  const box = useRef<HTMLTextAreaElement>(null);
  // The box still stands when this runs. A person who has gone on meanwhile keeps the focus where it is.
  useLayoutEffect(() => {
    const area = box.current;
    return () => {
      if (area === null) return;
      caret.current = { from: area.selectionStart, to: area.selectionEnd, focused: document.activeElement === area };
    };
  }, [caret]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || onSubmit === undefined) return;
    event.preventDefault();
    onSubmit();
  };
  return (
    <textarea
      ref={box}
      aria-label={label}
      value={value}
      readOnly={readOnly === true || onChange === undefined}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => onChange?.(event.target.value)}
      onFocus={onWanted}
      onPointerEnter={onWanted}
      onKeyDown={onKeyDown}
      className={cn(
        "block w-full min-h-24 resize-none overflow-auto rounded border border-line bg-ground py-2 pr-1 pl-[38px] font-mono text-[12px] leading-5 outline-none placeholder:text-quiet focus:border-message",
        className,
      )}
    />
  );
}
