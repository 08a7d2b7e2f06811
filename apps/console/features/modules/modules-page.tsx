/** Modules: what is declared, by module, and the way to a new one. */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState, type FormEvent, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { counted, grouped } from "../../format/numbers.ts";
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
import { moduleNameProblem } from "./template.ts";

const columns: readonly Column<ModuleRow>[] = [
  { key: "name", header: "Module", mono: true, cell: (row) => row.name, sort: (row) => row.name },
  {
    key: "revision",
    header: "Revision",
    width: "84px",
    align: "right",
    mono: true,
    cell: (row) => grouped(row.revision),
    sort: (row) => row.revision,
  },
  {
    key: "endpoints",
    header: "Endpoints",
    width: "92px",
    wideOnly: "medium",
    align: "right",
    mono: true,
    cell: (row) => grouped(row.endpoints),
    sort: (row) => row.endpoints,
  },
  {
    key: "ingresses",
    header: "Ingresses",
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.ingresses),
    sort: (row) => row.ingresses,
  },
  {
    key: "egresses",
    header: "Egresses",
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: true,
    cell: (row) => grouped(row.egresses),
    sort: (row) => row.egresses,
  },
  {
    key: "warnings",
    header: "Warnings",
    width: "130px",
    wideOnly: true,
    sort: (row) => row.warnings,
    cell: (row) =>
      row.warnings === 0 ? (
        <StatusWord tone="clear">none</StatusWord>
      ) : (
        <StatusWord tone="caution">{counted(row.warnings, "warning", "warnings")}</StatusWord>
      ),
  },
  {
    key: "applied",
    header: "Applied",
    width: "110px",
    align: "right",
    mono: true,
    cell: (row) => <Ago atMs={row.appliedMs} />,
    sort: (row) => row.appliedMs,
  },
];

export function ModulesPage(): ReactElement {
  const trpc = useTRPC();
  const router = useRouter();
  const [naming, setNaming] = useState(false);
  const modules = useQuery(trpc.modules.list.queryOptions());
  const create = (
    <MayButton operation="modules.put" action="New module…" tone="primary" onClick={() => setNaming(true)}>
      New module…
    </MayButton>
  );
  return (
    <>
      <PageHeader
        title="Modules"
        note={modules.data === undefined ? undefined : counted(modules.data.length, "module runs", "modules run")}
        actions={create}
      />
      <PageBody className="flex flex-col">
        <QueryView
          query={modules}
          what="Modules"
          empty={{
            when: (rows) => rows.length === 0,
            view: (
              <EmptyState title="No modules yet" action={create}>
                A module is a YAML text that declares endpoints, ingresses and egresses. Every revision is kept, and any can be brought
                back.
              </EmptyState>
            ),
          }}
        >
          {(rows) => (
            <DataTable
              label="Modules"
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
  const [name, setName] = useState("");
  const problem = taken.includes(name) ? "A module of this name exists; it opens in the editor." : moduleNameProblem(name);
  const ready = name !== "" && moduleNameProblem(name) === null;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (ready) onName(name);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New module"
      description="Nothing is saved before you apply it."
      footer={
        <Button type="submit" form="new-module" tone="primary" disabled={!ready}>
          {taken.includes(name) ? `Open ${name}` : "Write it"}
        </Button>
      }
    >
      <form id="new-module" onSubmit={submit}>
        <Field label="Name" error={problem} hint="It groups what is declared together, as shop or greeter. It cannot be changed later.">
          {(control) => <Input {...control} mono autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
