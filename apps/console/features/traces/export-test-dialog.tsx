/**
 * ExportTestDialog: asks what each entity held before the trace, and shows the test to be copied or saved.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useClient } from "../../trpc/context.tsx";
import type { TraceDetail } from "../../trpc/views.ts";
import { TestDialog } from "../reproductions/test-dialog.tsx";
import { exportTest, type StateBefore } from "./export-test.ts";
import { firstMessage } from "./story-draft.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";

const ENTITIES_MAX = 100;

export function ExportTestDialog({ detail, onClose }: { detail: TraceDetail; onClose: () => void }): ReactElement {
  const { actions: words } = useStoryWords();
  const client = useClient();
  const query = useQuery({
    queryKey: ["trace-test", detail.trace, detail.records.length],
    queryFn: async () => {
      const first = firstMessage(detail);
      if (first === undefined) throw new Error(words.firstOlder);
      return exportTest({ trace: detail.trace, records: detail.records, first, before: await statesBefore(client, detail) });
    },
  });
  return <TestDialog query={query} file={`trace-${detail.trace}`} description={words.testAbout} onClose={onClose} />;
}

/** Reads what each entity held just before its first hop of the trace. */
async function statesBefore(client: ReturnType<typeof useClient>, { records }: TraceDetail): Promise<StateBefore[]> {
  const first = new Map<string, TraceDetail["records"][number]>();
  for (const record of records.toSorted((left, right) => left.sequence - right.sequence)) {
    const name = `${record.address.type}/${record.address.id}`;
    if (!first.has(name)) first.set(name, record);
  }
  const states: StateBefore[] = [];
  for (const { address, sequence } of [...first.values()].slice(0, ENTITIES_MAX)) {
    const found = await client.entities.asOf.query({ ...address, sequence: sequence - 1 });
    const values = found.kind === "known" ? found.values.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }])) : [];
    states.push({ address, values, complete: found.kind === "known" && found.complete });
  }
  return states;
}
