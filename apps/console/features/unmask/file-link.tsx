/**
 * FileLink: a file that the browser saves. While masks are in force it asks for a reason, because the file holds values unmasked.
 */
"use client";
import { useState, type ReactElement } from "react";
import { useMe } from "../../identity/use-me.ts";
import { useRegisteredAction } from "../../shell/shortcuts.tsx";
import { Button } from "../../ui/button.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { useValuesWords } from "../../words/values/use-values-words.ts";

export interface FileLinkProps {
  readonly href: string;
  readonly children: string;
  /** Its name in the palette; when absent, it is not in the palette. */
  readonly action?: string;
}

export function FileLink({ href, action, children }: FileLinkProps): ReactElement {
  const words = useValuesWords();
  const [asking, setAsking] = useState(false);
  const masks = useMe()?.masks === true;
  useRegisteredAction(action, null, () => (masks ? setAsking(true) : saveFile(href)));
  if (!masks)
    return (
      <Button asChild>
        <a href={href} download>
          {children}
        </a>
      </Button>
    );
  return (
    <>
      <Button onClick={() => setAsking(true)}>{children}…</Button>
      {asking ? (
        <ReasonDialog
          title={words.unmask.elsewhere(children)}
          action={children}
          onReason={(reason) => {
            setAsking(false);
            saveFile(href, reason);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

/** The answer says that it is an attachment, so the page stays. */
export function saveFile(href: string, reason?: string): void {
  const link = document.createElement("a");
  link.href = reason === undefined ? href : `${href}?signalbox-unmask=${encodeURIComponent(reason)}`;
  link.download = "";
  link.click();
}
