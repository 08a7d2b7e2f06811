/** ExportCaseDialog: the last messages of an entity as a test, to be copied or saved. Neighbours: export-case.ts writes it, test-dialog.tsx shows it. */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useClient } from "../../trpc/context.tsx";
import type { AddressView, JournalEntryView } from "../../trpc/views.ts";
import { Segmented } from "../../ui/form/segmented.tsx";
import { unwritable } from "../reproductions/case-text.ts";
import { TestDialog } from "../reproductions/test-dialog.tsx";
import { exportCase, recordedCase, stateBefore } from "./export-case.ts";

const counts = ["1", "10", "100"] as const;
const RECORDS_MAX = 300;
const PAGE_RECORDS = 100;

export function ExportCaseDialog({ address, onClose }: { address: AddressView; onClose: () => void }): ReactElement {
  const client = useClient();
  const [count, setCount] = useState<(typeof counts)[number]>("10");
  const query = useQuery({
    queryKey: ["entity-case", address, count],
    queryFn: async () => {
      const read = await historyOf(client, address);
      const now = await client.entities.get.query(address);
      const state = now?.state ?? [];
      const told = recordedCase({ ...read, messagesMax: Number(count) });
      const messages = told.records.flatMap((record) => record.messages);
      if (messages.length === 0) throw new Error(`Nothing of it can be told again. ${told.begins}`);
      const values = [
        ...messages,
        ...told.records.flatMap((record) => [...record.sent, ...record.egress]),
        ...stateBefore(told.records, state),
      ];
      const reason = unwritable(values.map(({ value }) => value));
      if (reason !== null) throw new Error(reason);
      return exportCase(told, { address, state });
    },
  });
  return (
    <TestDialog
      query={query}
      file={`${address.type}-${address.id}`}
      description="What it held before, its last messages, and what came of them, for vitest and @signalbox/testing. Name the function under test in its third import."
      onClose={onClose}
    >
      <div className="mb-3 flex items-center gap-3">
        <span className="text-[13px] text-quiet">the last</span>
        <Segmented
          small
          label="Messages in the test, at most"
          value={count}
          onChange={setCount}
          options={counts.map((each) => ({ value: each, label: each === "1" ? "message" : `${each} messages` }))}
        />
      </div>
    </TestDialog>
  );
}

async function historyOf(
  client: ReturnType<typeof useClient>,
  address: AddressView,
): Promise<{ history: JournalEntryView[]; ended: boolean }> {
  const history: JournalEntryView[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: JournalEntryView[]; cursor: string | null } = await client.entities.history.query({
      ...address,
      limit: PAGE_RECORDS,
      cursor,
    });
    history.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== null && history.length < RECORDS_MAX);
  return { history, ended: cursor === null };
}
