/**
 * completeSdk: offers the words of the SDK at the cursor of a TypeScript editor, with their types. It is pure except for the editor's own
 * context.
 */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { builtInWords, contextWords, sdkExports, stateWords, type SdkWord } from "./sdk-words.ts";

const members: readonly (readonly [before: RegExp, words: readonly SdkWord[]])[] = [
  [/\bctx\.state\.\w+\.(\w*)$/, stateWords],
  [/\bctx\.(\w*)$/, contextWords],
  [/\btypes\.(\w*)$/, builtInWords],
];

export function completeSdk(context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  for (const [pattern, words] of members) {
    const begun = pattern.exec(before)?.[1];
    if (begun !== undefined) return { from: context.pos - begun.length, options: words.map(completionOf), validFor: /^\w*$/ };
  }
  // There is nothing to offer after a point of something else, or when no word was begun.
  if (/\.\w*$/.test(before)) return null;
  const begun = /\w+$/.exec(before)?.[0] ?? "";
  if (begun === "" && !context.explicit) return null;
  return { from: context.pos - begun.length, options: sdkExports.map(completionOf), validFor: /^\w*$/ };
}

function completionOf({ name, type, about }: SdkWord): Completion {
  return { label: name, detail: type, info: about };
}
