/**
 * ConfirmDialog: shows the consequences first, and asks for a typed name only when the action cannot be undone. The button's label says
 * what will happen. It stays open with the error when the action fails. The consequences may scroll; the name to be typed, the error and
 * the buttons stay visible.
 */
import { useState, type ReactElement, type ReactNode } from "react";
import { Button } from "../button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field, Input } from "../form/field.tsx";
import { useShellWords } from "../../words/shell/use-shell-words.ts";

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will happen and what will be lost. */
  children: ReactNode;
  confirmLabel: string;
  /** When given, this text must be typed before the button works. */
  typedName?: string;
  danger?: boolean;
  wide?: boolean;
  pending?: boolean;
  disabled?: boolean;
  error?: ReactNode;
  onConfirm: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const { dialog: words } = useShellWords();
  const { open, onOpenChange, title, children, confirmLabel, typedName, error, onConfirm } = props;
  const { danger = false, wide = false, pending = false, disabled = false } = props;
  const [typed, setTyped] = useState("");
  const ready = !disabled && (typedName === undefined || typed === typedName);
  function change(next: boolean): void {
    if (!next) setTyped("");
    onOpenChange(next);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={title}
      wide={wide}
      footer={
        <>
          {typedName === undefined || pending ? null : (
            <div className="w-full">
              <Field
                label={
                  <>
                    {words.type} <span className="font-mono text-text">{typedName}</span> {words.toConfirm}
                  </>
                }
              >
                {(control) => (
                  <Input
                    {...control}
                    mono
                    value={typed}
                    onChange={(event) => setTyped(event.target.value)}
                    onKeyDown={(event) => {
                      if (event.key === "Enter" && ready && !pending) onConfirm();
                    }}
                  />
                )}
              </Field>
            </div>
          )}
          {error === undefined || error === null ? null : <div className="max-h-[30dvh] w-full overflow-y-auto text-[13px]">{error}</div>}
          <Button onClick={() => change(false)}>{words.keep}</Button>
          <Button
            tone={danger ? "danger" : "primary"}
            className="h-auto min-h-8 max-w-full py-1 text-left whitespace-normal"
            disabled={!ready}
            pending={pending}
            onClick={onConfirm}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 text-[13px] text-text">{children}</div>
    </Dialog>
  );
}
