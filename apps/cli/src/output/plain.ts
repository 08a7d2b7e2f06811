/**
 * plain: returns a text in one line, without characters that would move the cursor of a terminal.
 */
export function plain(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}
