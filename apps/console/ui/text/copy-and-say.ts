/**
 * copyAndSay: copies a text for callers without a button, such as the palette; a toast says that it is copied, or shows the text when it is
 * not.
 */
import { toast } from "../feedback/toaster.tsx";
import { copyText } from "./copy-text.ts";

export async function copyAndSay(text: string, said: string): Promise<void> {
  if (await copyText(text)) toast(said);
  else toast.error("Not copied: this browser refuses it here", { description: text });
}
