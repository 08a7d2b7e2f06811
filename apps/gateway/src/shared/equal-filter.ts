/**
 * equalFilter: writes the text of a filter in which fields equal the given texts. It is for links, which should not load the CEL library.
 */

export function equalFilter(fields: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(fields)
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${name} == ${JSON.stringify(text)}`)
    .join(" && ");
}
