/**
 * CodeEditor: CodeMirror for JSON, YAML, SQL, TypeScript or plain text. Markers come from outside (the gateway is the authority), JSON syntax is
 * also checked here. Escape then Tab leaves the editor; ctrl+Enter submits. The document is the caller's, by value and onChange.
 */
"use client";
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { linter, lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers, placeholder as placeholderText } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef, type ReactElement, type Ref, type RefObject } from "react";
import { cn } from "../cn.ts";
import { editorTheme } from "./editor-theme.ts";
import { openYamlMapping } from "./open-yaml-mapping.ts";
import { schemaCompletion } from "./schema-completion.ts";

export interface EditorMarker {
  severity: "error" | "warning";
  message: string;
  /** From 1. */
  line: number;
  column: number;
}

export interface CodeEditorHandle {
  goTo: (line: number, column: number) => void;
  /** In place of what is selected. */
  insert: (text: string) => void;
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: "json" | "yaml" | "sql" | "typescript" | "text";
  label: string;
  readOnly?: boolean;
  markers?: readonly EditorMarker[];
  /** JSON schema of one document, for completion in YAML. */
  schema?: unknown;
  /** Columns by table, for completion in SQL; the same object while nothing changes. */
  tables?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Completion in TypeScript, beside the words of the language; the same function while nothing changes. */
  complete?: CompletionSource | undefined;
  onSubmit?: () => void;
  placeholder?: string;
  className?: string;
  ref?: Ref<CodeEditorHandle>;
}

function languageOf(language: CodeEditorProps["language"]): Extension {
  switch (language) {
    case "json":
      return [json(), linter((view) => (view.state.doc.length === 0 ? [] : jsonParseLinter()(view)), { delay: 200 })];
    case "yaml":
      return yaml();
    case "typescript":
      return javascript({ typescript: true });
    case "sql":
    case "text":
      return [];
  }
}

type Completions = Pick<CodeEditorProps, "language" | "schema" | "tables" | "complete">;

function completionOf({ language, schema, tables = {}, complete }: Completions): Extension {
  // DuckDB reads what PostgreSQL does, and more.
  if (language === "sql") return [sql({ dialect: PostgreSQL, schema: tables }), autocompletion({ activateOnTyping: true, icons: false })];
  if (complete !== undefined) return autocompletion({ override: [complete], activateOnTyping: true, icons: false });
  return schema === undefined ? [] : autocompletion({ override: [schemaCompletion(schema)], activateOnTyping: true });
}

function diagnosticsOf(state: EditorState, markers: readonly EditorMarker[]): Diagnostic[] {
  return markers.map((marker) => {
    const line = state.doc.line(Math.max(1, Math.min(state.doc.lines, marker.line)));
    const from = Math.min(line.to, line.from + Math.max(0, marker.column - 1));
    const word = /^[^\s:]+/.exec(state.sliceDoc(from, line.to))?.[0].length ?? 0;
    return { from, to: word > 0 ? from + word : line.to, severity: marker.severity, message: marker.message };
  });
}

interface Compartments {
  completion: Compartment;
  locked: Compartment;
}

/** What the editor is made of, once: what changes later goes into a compartment or is read from the latest props. */
function extensionsOf(latest: RefObject<CodeEditorProps>, { completion, locked }: Compartments): Extension[] {
  const { language, label, placeholder } = latest.current;
  return [
    lineNumbers(),
    history(),
    bracketMatching(),
    closeBrackets(),
    indentOnInput(),
    highlightActiveLine(),
    EditorView.lineWrapping,
    keymap.of([
      { key: "Mod-Enter", run: () => (latest.current.onSubmit === undefined ? false : (latest.current.onSubmit(), true)) },
      ...(language === "yaml" ? [{ key: "Enter", run: openYamlMapping }] : []),
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      indentWithTab,
    ]),
    languageOf(language),
    language === "yaml" || language === "typescript" ? lintGutter() : [],
    completion.of([]),
    locked.of([]),
    placeholder === undefined ? [] : placeholderText(placeholder),
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
    }),
    editorTheme,
  ];
}

export function CodeEditor(props: CodeEditorProps): ReactElement {
  const { value, language, label, readOnly = false, markers, schema, tables, complete, placeholder, className, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  const completion = useRef(new Compartment());
  const locked = useRef(new Compartment());
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (host.current === null) return undefined;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: extensionsOf(latest, { completion: completion.current, locked: locked.current }),
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [language, label, placeholder]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value, language, label, placeholder]);

  useEffect(() => {
    view.current?.dispatch({
      effects: completion.current.reconfigure(completionOf({ language, schema, tables, complete })),
    });
  }, [schema, tables, complete, language, label, placeholder]);

  useEffect(() => {
    view.current?.dispatch({
      effects: locked.current.reconfigure(
        readOnly ? [EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.contentAttributes.of({ tabindex: "0" })] : [],
      ),
    });
  }, [readOnly, language, label, placeholder]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || markers === undefined) return;
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(editor.state, markers)));
  }, [markers, language, label, placeholder]);

  useImperativeHandle(ref, () => ({
    goTo: (line, column) => goTo(view.current, { line, column }),
    insert: (text) => insert(view.current, text),
  }));

  return (
    <div ref={host} className={cn("min-h-0 overflow-hidden rounded border border-line bg-ground focus-within:border-message", className)} />
  );
}

function goTo(editor: EditorView | null, { line, column }: { line: number; column: number }): void {
  if (editor === null) return;
  const at = editor.state.doc.line(Math.max(1, Math.min(editor.state.doc.lines, line)));
  editor.dispatch({ selection: { anchor: Math.min(at.to, at.from + Math.max(0, column - 1)) }, scrollIntoView: true });
  editor.focus();
}

function insert(editor: EditorView | null, text: string): void {
  if (editor === null) return;
  editor.dispatch(editor.state.replaceSelection(text));
  editor.focus();
}
