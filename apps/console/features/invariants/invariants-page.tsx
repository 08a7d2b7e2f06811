/**
 * Invariants: what must always hold, whether it does, its value over time, and the first invocation that broke it, with its trace.
 * Neighbours: invariant-form.tsx writes one, value-strip.tsx draws its value.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { Button } from "../../ui/button.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { InvariantRow } from "../../trpc/views.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Link } from "../../ui/link.tsx";
import { InvariantCard } from "./invariant-card.tsx";
import { InvariantForm } from "./invariant-form.tsx";
import { useInvariantsWords } from "../../words/invariants/use-invariants-words.ts";

/** The value changes with the traffic, so it is asked again this often. */
const REFRESH_MS = 2_000;

type Editing = { readonly kind: "none" } | { readonly kind: "new" } | { readonly kind: "change"; readonly row: InvariantRow };

export function InvariantsPage(): ReactElement {
  const words = useInvariantsWords();
  const query = useQuery({ ...useTRPC().invariants.list.queryOptions(), refetchInterval: REFRESH_MS });
  const [editing, setEditing] = useState<Editing>({ kind: "none" });
  const close = (): void => setEditing({ kind: "none" });
  return (
    <>
      <PageHeader
        title={words.title}
        note={words.note}
        actions={
          <>
            <Button asChild>
              <Link href="/failures?alerts=true">{words.alerts}</Link>
            </Button>
            <CapabilityButton
              needs="journal"
              operation="invariants.put"
              action={words.create}
              tone="primary"
              onClick={() => setEditing({ kind: "new" })}
              disabled={editing.kind === "new"}
            >
              {words.create}
            </CapabilityButton>
          </>
        }
      />
      <PageBody>
        {editing.kind === "none" ? null : (
          <InvariantForm
            key={editing.kind === "change" ? editing.row.id : "new"}
            row={editing.kind === "change" ? editing.row : null}
            onClose={close}
          />
        )}
        <QueryView
          query={query}
          what={words.title}
          empty={{ when: (rows) => rows.length === 0, view: editing.kind === "none" ? <NoInvariants /> : null }}
        >
          {(rows) => (
            <ul className="flex flex-col gap-3 px-4 py-3">
              {worstFirst(rows).map((row) => (
                <InvariantCard key={row.id} row={row} onEdit={() => setEditing({ kind: "change", row })} />
              ))}
            </ul>
          )}
        </QueryView>
      </PageBody>
    </>
  );
}

const order = { violated: 0, "not-known": 1, starting: 2, holds: 3 } as const;

function worstFirst(rows: readonly InvariantRow[]): readonly InvariantRow[] {
  return rows.toSorted((a, b) => order[a.status.kind] - order[b.status.kind] || a.createdMs - b.createdMs);
}

function NoInvariants(): ReactElement {
  const words = useInvariantsWords();
  return (
    <div className="flex max-w-[720px] flex-col gap-3 px-4 py-6">
      <p>{words.none}</p>
      <ul className="flex flex-col gap-2 border-l-2 border-line pl-4 font-mono text-[12px]">
        {words.examples.map((example) => (
          <li key={example}>{example}</li>
        ))}
      </ul>
      <p className="text-quiet">{words.noCost}</p>
    </div>
  );
}
