/** What the last word of a filter could become: the types and statuses that hold it. Pure. */
import { filterFields, rowStatuses } from "@signalbox/gateway/shared";

const SUGGESTED_MAX = 8;

export function suggest(text: string, types: readonly string[]): string[] {
  const at = text.lastIndexOf(" ") + 1;
  const word = text.slice(at);
  if (word === "") return [];
  const candidates = [
    ...types.map((type) => `type:${type}`),
    ...rowStatuses.map((status) => `is:${status}`),
    ...filterFields.map((field) => `${field}:`),
  ];
  const wanted = word.toLowerCase();
  return candidates
    .filter((candidate) => candidate !== word && candidate.toLowerCase().includes(wanted))
    .slice(0, SUGGESTED_MAX)
    .map((candidate) => text.slice(0, at) + candidate);
}
