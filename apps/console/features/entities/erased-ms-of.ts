/**
 * erasedMsOf: when the values of a record were erased; undefined when none of them was. Pure.
 */
import type { JournalEntryView, ValueView } from "../../trpc/views.ts";

type Told = Pick<JournalEntryView, "messages" | "state">;

export function erasedMsOf({ messages, state }: Told): number | undefined {
  const values: (ValueView | null)[] = [
    ...messages.map((message) => message.value),
    ...state.flatMap((change) => [change.before, change.after]),
  ];
  return values.find((value) => value?.erasedMs !== undefined)?.erasedMs;
}
