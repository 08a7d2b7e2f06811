/**
 * TextMerge: folds unchanged stretches; it is side by side where there is room, else in one column.
 */
"use client";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef, type ReactElement } from "react";
import { cn } from "../cn.ts";
import type { DiffViewProps } from "./diff-view.tsx";
import { editorTheme } from "./editor-theme.ts";
import { useValuesWords } from "../../words/values/use-values-words.ts";

const SIDE_BY_SIDE_FROM_PX = 720;
const COLLAPSE = { margin: 3, minSize: 6 };

function readOnly(language: DiffViewProps["language"], label: string): Extension {
  const grammar = language === "json" ? json() : language === "yaml" ? yaml() : [];
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    lineNumbers(),
    EditorView.lineWrapping,
    grammar,
    editorTheme,
  ];
}

export function TextMerge({ before, after, language, label, className }: DiffViewProps): ReactElement {
  const { record } = useValuesWords();
  const [was, becomes] = [record.before(label), record.after(label)];
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = host.current;
    if (parent === null) return undefined;
    if (parent.clientWidth >= SIDE_BY_SIDE_FROM_PX) {
      const merge = new MergeView({
        parent,
        a: { doc: before, extensions: readOnly(language, was) },
        b: { doc: after, extensions: readOnly(language, becomes) },
        collapseUnchanged: COLLAPSE,
        gutter: true,
      });
      return () => merge.destroy();
    }
    const view = new EditorView({
      parent,
      doc: after,
      extensions: [readOnly(language, label), unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: COLLAPSE })],
    });
    return () => view.destroy();
  }, [before, after, language, label, was, becomes]);
  return <div ref={host} className={cn("overflow-auto rounded border border-line bg-ground", className)} />;
}
