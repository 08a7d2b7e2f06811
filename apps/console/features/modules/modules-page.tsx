/** Modules: what is declared, by module, and the way to a new one. */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState, type FormEvent, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { grouped } from "../../format/numbers.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { ModuleRow } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { isModuleName } from "./template.ts";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";
import type { ModulesWords } from "../../words/modules/en.ts";

const columnsOf = ({ columns, noWarnings, warnings }: ModulesWords): readonly Column<ModuleRow>[] => [
  { key: "name", header: columns.name, mono: true, cell: (row) => row.name, sort: (row) => row.name },
  {
    key: "revision",
    header: columns.revision,
    width: "84px",
    align: "right",
    mono: true,
    cell: (row) => grouped(row.revision),
    sort: (row) => row.revision,
  },
  {
    key: "endpoints",
    header: columns.endpoints,
    width: "92px",
    wideOnly: "medium",
    align: "right",
    mono: true,
    cell: (row) => grouped(row.endpoints),
    sort: (row) => row.endpoints,
  },
  {
    key: "ingresses",
    header: columns.ingresses,
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.ingresses),
    sort: (row) => row.ingresses,
  },
  {
    key: "egresses",
    header: columns.egresses,
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.egresses),
    sort: (row) => row.egresses,
  },
  {
    key: "warnings",
    header: columns.warnings,
    width: "130px",
    wideOnly: true,
    sort: (row) => row.warnings,
    cell: (row) =>
      row.warnings === 0 ? (
        <StatusWord tone="clear">{noWarnings}</StatusWord>
      ) : (
        <StatusWord tone="caution">{warnings(row.warnings)}</StatusWord>
      ),
  },
  {
    key: "applied",
    header: columns.applied,
    width: "110px",
    align: "right",
    mono: true,
    cell: (row) => <Ago atMs={row.appliedMs} />,
    sort: (row) => row.appliedMs,
  },
];

export function ModulesPage(): ReactElement {
  const words = useModulesWords();
  const columns = useMemo(() => columnsOf(words), [words]);
  const trpc = useTRPC();
  const router = useRouter();
  const [naming, setNaming] = useState(false);
  const modules = useQuery(trpc.modules.list.queryOptions());
  const create = (
    <MayButton operation="modules.put" action={words.create} tone="primary" onClick={() => setNaming(true)}>
      {words.create}
    </MayButton>
  );
  return (
    <>
      <PageHeader title={words.title} note={modules.data === undefined ? undefined : words.count(modules.data.length)} actions={create} />
      <PageBody className="flex flex-col">
        <QueryView
          query={modules}
          what={words.title}
          empty={{
            when: (rows) => rows.length === 0,
            view: (
              <EmptyState title={words.none} action={create}>
                {words.noneAbout}
              </EmptyState>
            ),
          }}
        >
          {(rows) => (
            <DataTable
              label={words.title}
              className="flex-1"
              rows={rows}
              columns={columns}
              rowKey={(row) => row.name}
              onOpen={(row) => router.push(`/modules/${encodeURIComponent(row.name)}`)}
            />
          )}
        </QueryView>
      </PageBody>
      <NameDialog
        open={naming}
        onOpenChange={setNaming}
        taken={modules.data?.map((row) => row.name) ?? []}
        onName={(name) => router.push(`/modules/${encodeURIComponent(name)}`)}
      />
    </>
  );
}

interface NameDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  taken: readonly string[];
  onName: (name: string) => void;
}

function NameDialog({ open, onOpenChange, taken, onName }: NameDialogProps): ReactElement {
  const { naming: words } = useModulesWords();
  const [name, setName] = useState("");
  const ready = isModuleName(name);
  const problem = taken.includes(name) ? words.taken : ready || name === "" ? null : words.invalid;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (ready) onName(name);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.title}
      description={words.about}
      footer={
        <Button type="submit" form="new-module" tone="primary" disabled={!ready}>
          {taken.includes(name) ? words.open(name) : words.write}
        </Button>
      }
    >
      <form id="new-module" onSubmit={submit}>
        <Field label={words.name} error={problem} hint={words.nameHint}>
          {(control) => <Input {...control} mono autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
