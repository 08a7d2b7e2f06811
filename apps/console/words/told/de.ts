/**
 * What the gateway says in German, by its English words: whole sentences stand in the tables of this folder, and those with a name, a number
 * or another system's words in them are known by their form. told.test.ts reads what the gateway can say and names what has no
 * German here. Neighbour: en.ts.
 */
import { capabilityTexts } from "./capability-texts.ts";
import { connectorTexts } from "./connector-texts.ts";
import { fieldTexts } from "./field-texts.ts";
import { filterTexts } from "./filter-texts.ts";
import { formsOfConnectors, formsOfFields, formsOfFilters, type Form } from "./told-forms.ts";
import type { ToldWords } from "./en.ts";

const sentences: ReadonlyMap<string, string> = new Map(
  [connectorTexts, filterTexts, capabilityTexts, fieldTexts].flatMap((texts) => Object.entries(texts)),
);
const forms: readonly Form[] = [...formsOfFields, ...formsOfFilters, ...formsOfConnectors];

function germanOf(text: string): string | undefined {
  const whole = sentences.get(text);
  if (whole !== undefined) return whole;
  for (const { english, german } of forms) {
    const found = english.exec(text);
    if (found === null) continue;
    const said = german(
      found.slice(1).map((part) => part ?? ""),
      germanOf,
    );
    if (said !== undefined) return said;
  }
  return undefined;
}

export const de: ToldWords = { told: germanOf };
