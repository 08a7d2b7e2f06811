/**
 * CodeMirror: the editor itself. Markers come from outside (the gateway is the authority); JSON syntax is also checked here. Tab moves on
 * through the page; ctrl+Enter submits. The document is the caller's, by value and onChange. code-editor.tsx fetches this file and the
 * grammar.
 */
"use client";
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Annotation, Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers, placeholder as placeholderText } from "@codemirror/view";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type ReactElement, type RefObject } from "react";
import { cn } from "../cn.ts";
import type { CodeEditorProps, EditorMarker } from "./code-editor.tsx";
import type { Grammar } from "./grammar.ts";
import { EchoedText } from "../echoed-text.ts";
import { editorTheme } from "./editor-theme.ts";
import { openYamlMapping } from "./open-yaml-mapping.ts";
import { schemaCompletion } from "./schema-completion.ts";

/** The place of the caret when the editor replaces the plain text box. */
export interface Caret {
  from: number;
  to: number;
  focused: boolean;
}

export interface CodeMirrorProps extends CodeEditorProps {
  grammar: Grammar;
  /** As it stood when the plain text box went: it is read when the editor is made, no earlier. */
  caret: { readonly current: Caret };
}

/** Marks a change that the caller made, who knows its own text. */
const fromOutside = Annotation.define<boolean>();

type Completions = Pick<CodeMirrorProps, "grammar" | "schema" | "tables" | "complete">;

function completionOf({ grammar, schema, tables = {}, complete }: Completions): Extension {
  if (grammar.kind === "tables") return [grammar.over(tables), autocompletion({ activateOnTyping: true, icons: false })];
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

/**
 * Tab takes what completion offers, else it moves on, so that nobody who walks through a page by Tab is caught here. Where code is written
 * it indents, once something was written since the editor got the focus; Escape and then Tab moves on from there too.
 */
function tabKeys(language: CodeMirrorProps["language"]): Extension {
  const take = keymap.of([{ key: "Tab", run: acceptCompletion }]);
  if (language !== "yaml" && language !== "typescript") return take;
  let written = false;
  return [
    take,
    keymap.of([{ key: "Tab", run: (view) => written && indentMore(view), shift: (view) => written && indentLess(view) }]),
    EditorView.contentAttributes.of({ "aria-description": "Once something is written, Tab indents; Escape, then Tab goes on." }),
    EditorView.domEventHandlers({
      focus: () => {
        written = false;
      },
    }),
    EditorView.updateListener.of(({ transactions }) => {
      if (transactions.some((one) => one.isUserEvent("input") || one.isUserEvent("delete"))) written = true;
    }),
  ];
}

interface Parts {
  completion: Compartment;
  locked: Compartment;
  echoed: EchoedText;
}

/** The extensions of the editor, made once: what changes later goes into a compartment or is read from the latest props. */
function extensionsOf(latest: RefObject<CodeMirrorProps>, { completion, locked, echoed }: Parts): Extension[] {
  const { language, grammar, label, placeholder } = latest.current;
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
    ]),
    tabKeys(language),
    grammar.kind === "fixed" ? grammar.extension : [],
    language === "yaml" || language === "typescript" ? lintGutter() : [],
    completion.of([]),
    locked.of([]),
    placeholder === undefined ? [] : placeholderText(placeholder),
    EditorView.contentAttributes.of({ "aria-label": label }),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged || update.transactions.some((one) => one.annotation(fromOutside) === true)) return;
      const text = update.state.doc.toString();
      echoed.told(text);
      latest.current.onChange?.(text);
    }),
    editorTheme,
  ];
}

export function CodeMirror(props: CodeMirrorProps): ReactElement {
  const { value, language, grammar, label, readOnly = false, markers, schema, tables, complete, placeholder, className, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  const completion = useRef(new Compartment());
  const locked = useRef(new Compartment());
  const echoed = useRef(new EchoedText(value));
  // This must not wait until after rendering, because what is typed in between would go to the caller's old functions.
  useLayoutEffect(() => {
    latest.current = props;
  });

  // This runs before the browser paints, so that a key that is pressed while the editor takes over is not lost.
  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const { from, to, focused } = latest.current.caret.current;
    const end = latest.current.value.length;
    echoed.current = new EchoedText(latest.current.value);
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        selection: { anchor: Math.min(from, end), head: Math.min(to, end) },
        extensions: extensionsOf(latest, { completion: completion.current, locked: locked.current, echoed: echoed.current }),
      }),
    });
    view.current = editor;
    if (focused) editor.focus();
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [language, label, placeholder]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || !echoed.current.isNews(value) || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, annotations: fromOutside.of(true) });
  }, [value, language, label, placeholder]);

  useEffect(() => {
    view.current?.dispatch({
      effects: completion.current.reconfigure(completionOf({ grammar, schema, tables, complete })),
    });
  }, [grammar, schema, tables, complete, language, label, placeholder]);

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
