/** equalFilter: the text of a filter in which fields are these texts; for links, which need no CEL library. */

export function equalFilter(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields)
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${name} == ${JSON.stringify(text)}`)
    .join(" && ");
}
