/**
 * ModuleForm: the components of a module as fields, beside its text. The text is the only source: a field reads it and writes into it
 * (module-document.ts), and the gateway's issues are shown at their fields. module-editor.tsx fetches this file when somebody opens the
 * form.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, type ReactElement } from "react";
import { useMay } from "../../../identity/use-may.ts";
import { useTRPC } from "../../../trpc/context.tsx";
import type { ModuleIssue } from "../../../trpc/views.ts";
import { Button } from "../../../ui/button.tsx";
import { Told } from "../../../ui/text/told.tsx";
import { toast } from "../../../ui/feedback/toaster.tsx";
import { Field } from "../../../ui/form/field.tsx";
import { Select } from "../../../ui/form/select.tsx";
import { FieldGroup, type FormContext } from "./component-fields.tsx";
import { formErrors, placeKey, type FormErrors } from "./form-errors.ts";
import { formKinds, shortName, type FormKind } from "./form-shape.ts";
import { documentsOf, withComponent, withEdits, withoutComponent, type FormDocument } from "./module-document.ts";
import { useModuleFormWords } from "../../../words/module-form/use-module-form-words.ts";

export interface ModuleFormProps {
  text: string;
  schema: unknown;
  issues: readonly ModuleIssue[];
  onText: (text: string) => void;
}

export function ModuleForm({ text, schema, issues, onText }: ModuleFormProps): ReactElement {
  const words = useModuleFormWords();
  const kinds = useMemo(() => formKinds(schema), [schema]);
  const documents = useMemo(() => documentsOf(text), [text]);
  const errors = useMemo(() => formErrors(text, issues, kinds), [text, issues, kinds]);
  const secrets = useSecretNames();
  const form = useRef<HTMLDivElement>(null);
  const added = useRef<number | null>(null);

  function add(kind: string): void {
    const next = withComponent(text, kind);
    added.current = documentsOf(next).at(-1)?.index ?? null;
    onText(next);
  }

  /** Moves to the first field of what was added. */
  function goOn(): boolean {
    const field = form.current?.querySelector<HTMLElement>(`[data-component="${added.current}"] :is(input, textarea, [role=combobox])`);
    added.current = null;
    field?.focus();
    return field !== null && field !== undefined;
  }

  function remove(document: FormDocument, name: string): void {
    onText(withoutComponent(text, document.index));
    toast(words.outOfText(name), { action: { label: words.putBack, onClick: () => onText(text) } });
  }

  return (
    <div ref={form} role="region" aria-label={words.label} className="@container flex min-h-0 flex-col gap-3 overflow-y-auto pr-1">
      {documents.length === 0 ? <p className="text-[13px] text-quiet">{words.nothing}</p> : null}
      {documents.map((document) => (
        <Component
          // A component is identified by its place, because all of its fields may change.
          key={document.index}
          document={document}
          kinds={kinds}
          errors={errors}
          secrets={secrets}
          onEdits={(edits) => onText(withEdits(text, document.index, edits))}
          onRemove={(name) => remove(document, name)}
        />
      ))}
      <AddComponent kinds={kinds} onAdd={add} afterClose={goOn} />
    </div>
  );
}

/** Lists names only, and only for people who may see them; others write ${secret.NAME} themselves. */
function useSecretNames(): readonly string[] {
  const may = useMay("secrets.list") === null;
  const secrets = useQuery({ ...useTRPC().secrets.list.queryOptions(), enabled: may, retry: false });
  return useMemo(() => secrets.data?.secrets.map(({ name }) => `\${secret.${name}}`) ?? [], [secrets.data]);
}

interface ComponentProps {
  document: FormDocument;
  kinds: readonly FormKind[];
  errors: FormErrors;
  secrets: readonly string[];
  onEdits: FormContext["onEdits"];
  onRemove: (name: string) => void;
}

function Component({ document, kinds, errors, secrets, onEdits, onRemove }: ComponentProps): ReactElement {
  const words = useModuleFormWords();
  const kind = document.kind === "component" ? kinds.find((one) => one.kind === document.is) : undefined;
  const name = document.kind === "component" ? `${shortName(document.is)} ${idOf(document)}`.trim() : words.aDocument;
  const own = errors.get(placeKey(document.index, [])) ?? [];
  return (
    <section aria-label={name} data-component={document.index} className="rounded border border-line bg-panel">
      <header className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line px-3 py-2">
        <div className="min-w-0 flex-1">
          <h3 className="text-[13px] font-medium text-text">
            {document.kind === "component" ? <span lang="en">{shortName(document.is)}</span> : words.document}{" "}
            {document.kind === "component" ? <span className="font-mono text-[12px] font-normal break-all">{idOf(document)}</span> : null}
          </h3>
          <p className="text-[12px] text-quiet">
            {document.kind === "text-only" ? (
              words.asText(words.reasons[document.reason])
            ) : kind === undefined ? (
              words.unknownKind(document.is)
            ) : (
              <Told text={kind.meaning} />
            )}
          </p>
        </div>
        <Button size="small" tone="ghost" aria-label={words.removeOf(name)} onClick={() => onRemove(name)}>
          {words.remove}
        </Button>
      </header>
      {own.length === 0 ? null : (
        <ul lang="en" className="border-b border-line px-3 py-1.5 text-[12px] text-danger">
          {own.map((message) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
      {document.kind !== "component" || kind === undefined ? null : (
        <FieldGroup
          className="p-3"
          fields={kind.fields}
          value={document.spec}
          path={[]}
          isThere
          context={{ index: document.index, errors, secrets, onEdits }}
        />
      )}
    </section>
  );
}

/** Returns what tells one component of a kind from another. */
function idOf(document: Extract<FormDocument, { kind: "component" }>): string {
  const entries = document.spec.kind === "map" ? document.spec.entries : undefined;
  for (const name of ["id", "functions", "egress", "path", "port"]) {
    const value = entries?.get(name);
    if (value?.kind === "text" && value.text !== "") return value.text;
  }
  return "";
}

interface AddComponentProps {
  kinds: readonly FormKind[];
  onAdd: (kind: string) => void;
  afterClose: () => boolean;
}

function AddComponent({ kinds, onAdd, afterClose }: AddComponentProps): ReactElement {
  const words = useModuleFormWords();
  return (
    <Field label={words.add} className="max-w-[420px] pb-1">
      {(control) => (
        <Select
          {...control}
          value={null}
          placeholder={words.choose}
          options={kinds.map(({ kind }) => ({ value: kind, label: shortName(kind), detail: kind }))}
          onChange={onAdd}
          afterClose={afterClose}
        />
      )}
    </Field>
  );
}
