/**
 * ExportCaseDialog: the last messages of an entity as a test, to be copied or saved. Neighbours: export-case.ts writes it, test-dialog.tsx
 * shows it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useClient } from "../../trpc/context.tsx";
import type { AddressView, JournalEntryView } from "../../trpc/views.ts";
import { Segmented } from "../../ui/form/segmented.tsx";
import { unwritable } from "../reproductions/case-text.ts";
import { TestDialog } from "../reproductions/test-dialog.tsx";
import { exportCase, recordedCase, stateBefore } from "./export-case.ts";
import { useReproductionWords } from "../../words/reproduction/use-reproduction-words.ts";

const counts = ["1", "10", "100"] as const;
const RECORDS_MAX = 300;
const PAGE_RECORDS = 100;

export function ExportCaseDialog({ address, onClose }: { address: AddressView; onClose: () => void }): ReactElement {
  const words = useReproductionWords();
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
      if (messages.length === 0) throw new Error(words.test.nothing(told.begins(words.test.begins)));
      const values = [
        ...messages,
        ...told.records.flatMap((record) => [...record.sent, ...record.egress]),
        ...stateBefore(told.records, state),
      ];
      const reason = unwritable(
        values.map(({ value }) => value),
        words.test,
      );
      if (reason !== null) throw new Error(reason);
      return exportCase(told, { address, state });
    },
  });
  return (
    <TestDialog query={query} file={`${address.type}-${address.id}`} description={words.test.caseAbout} onClose={onClose}>
      <div className="mb-3 flex items-center gap-3">
        <span className="text-[13px] text-quiet">{words.test.theLast}</span>
        <Segmented
          small
          label={words.test.most}
          value={count}
          onChange={setCount}
          options={counts.map((each) => ({ value: each, label: words.test.messages(Number(each)) }))}
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
