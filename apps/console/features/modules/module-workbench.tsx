/**
 * ModuleWorkbench: a module's text, a form of its components, or both side by side; they are one document. The form is fetched when it is
 * opened. The URL holds which of them is shown.
 */
"use client";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { lazy, Suspense, useImperativeHandle, useMemo, useRef, type ReactElement, type Ref } from "react";
import type { ModuleIssue } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { CodeEditor, type CodeEditorHandle } from "../../ui/editor/code-editor.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";
import { useToldWords } from "../../words/told/use-told-words.ts";
import { toldSchema } from "./told-schema.ts";

const ModuleForm = lazy(async () => ({ default: (await import("./form/module-form.tsx")).ModuleForm }));

const views = ["text", "form", "both"] as const;

export interface ModuleWorkbenchHandle {
  /** Moves to the place of an issue: its line, or its field when there is no text. */
  goTo: (issue: ModuleIssue) => void;
}

export interface ModuleWorkbenchProps {
  name: string;
  text: string;
  schema: unknown;
  issues: readonly ModuleIssue[];
  onText: (text: string) => void;
  onSubmit: () => void;
  ref: Ref<ModuleWorkbenchHandle>;
}

export function ModuleWorkbench({ name, text, schema, issues, onText, onSubmit, ref }: ModuleWorkbenchProps): ReactElement {
  const { editor: words } = useModulesWords();
  const [view, setView] = useQueryState("edit", parseAsStringLiteral(views).withDefault("text"));
  const { told } = useToldWords();
  const completed = useMemo(() => toldSchema(schema, told), [schema, told]);
  const editor = useRef<CodeEditorHandle>(null);
  useImperativeHandle(ref, () => ({
    goTo: (issue) => {
      if (view !== "form") editor.current?.goTo(issue.line, issue.column);
      else void import("./form/focus-issue.ts").then(({ focusIssue }) => focusIssue({ text, schema, issue }));
    },
  }));
  return (
    <div className="flex min-h-0 min-w-0 flex-col gap-2 p-3">
      <Segmented
        small
        label={words.as}
        value={view}
        onChange={(next) => void setView(next)}
        options={[
          { value: "text", label: "YAML" },
          { value: "form", label: words.form },
          { value: "both", label: words.both, className: "max-room:hidden" },
        ]}
      />
      <div className={cn("grid min-h-0 flex-1 gap-3", view === "both" && "room:grid-cols-2")}>
        {view === "text" ? null : (
          <Suspense fallback={<Skeleton rows={8} label={words.loadingForm} />}>
            {schema === undefined ? (
              <Skeleton rows={8} label={words.loadingForm} />
            ) : (
              <ModuleForm text={text} schema={schema} issues={issues} onText={onText} />
            )}
          </Suspense>
        )}
        {view === "form" ? null : (
          <CodeEditor
            ref={editor}
            className={cn("min-h-0", view === "both" && "max-room:hidden")}
            language="yaml"
            label={words.yamlOf(name)}
            value={text}
            onChange={onText}
            markers={issues}
            schema={completed}
            onSubmit={onSubmit}
          />
        )}
      </div>
    </div>
  );
}
