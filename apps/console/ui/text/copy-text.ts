/**
 * copyText: puts a text on the clipboard, also when the page is not a secure context (http on a name of the local network has no
 * navigator.clipboard). It returns whether it worked, so that the caller can tell the person; it never throws.
 */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = typeof navigator === "undefined" ? undefined : (navigator as { clipboard?: Clipboard }).clipboard;
  if (clipboard !== undefined) {
    try {
      await clipboard.writeText(text);
      return true;
    } catch {
      // The browser or the person refused; the older way may still be allowed.
    }
  }
  return copyBySelection(text);
}

/** Selects the text in a field that nobody sees and asks the document to copy it; the focus returns to where it was. */
function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  field.setAttribute("aria-hidden", "true");
  field.style.cssText = "position:fixed;top:0;left:0;width:1px;height:1px;opacity:0";
  // A dialog keeps the focus inside itself, so the field has to be inside too.
  (before?.closest("[role=dialog]") ?? document.body).append(field);
  try {
    field.focus();
    field.select();
    field.setSelectionRange(0, text.length);
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
