/**
 * toldSchema: the schema of modules with its descriptions in the language of this browser, for completion, which shows them as they are.
 * What has no words in that language stays. Pure. Neighbour: words/told.
 */
export function toldSchema(schema: unknown, told: (text: string) => string | undefined): unknown {
  if (Array.isArray(schema)) return schema.map((item) => toldSchema(item, told));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) =>
      key === "description" && typeof value === "string" ? [key, told(value) ?? value] : [key, toldSchema(value, told)],
    ),
  );
}
