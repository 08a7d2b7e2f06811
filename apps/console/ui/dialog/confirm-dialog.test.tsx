// @vitest-environment happy-dom
/** What asks before it acts: the focus, the typed name, the error that keeps it open. */
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { ConfirmDialog, type ConfirmDialogProps } from "./confirm-dialog.tsx";
import { ErrorState } from "../feedback/error-state.tsx";

afterEach(cleanup);

function show(more: Partial<ConfirmDialogProps> = {}) {
  const onConfirm = vi.fn<() => void>();
  function Page() {
    const [open, setOpen] = useState(false);
    return (
      <>
        <button type="button" onClick={() => setOpen(true)}>
          Restore…
        </button>
        <ConfirmDialog
          open={open}
          onOpenChange={setOpen}
          title="Restore savepoint 7"
          confirmLabel="Replace 120 entities"
          onConfirm={onConfirm}
          {...more}
        >
          120 entities are replaced.
        </ConfirmDialog>
      </>
    );
  }
  render(<Page />);
  return { onConfirm, user: userEvent.setup(), opener: screen.getByRole("button", { name: "Restore…" }) };
}

it("takes the focus, is named by its title, and names the act on its button", async () => {
  const { onConfirm, opener, user } = show();
  await user.click(opener);
  const dialog = screen.getByRole("dialog", { name: "Restore savepoint 7" });
  expect(dialog.contains(document.activeElement)).toBe(true);
  await user.click(screen.getByRole("button", { name: "Replace 120 entities" }));
  expect(onConfirm).toHaveBeenCalledTimes(1);
});

it("Escape, Close and Keep as it is do nothing but close, and the focus is where it was", async () => {
  const { onConfirm, opener, user } = show();
  for (const leave of [
    () => user.keyboard("{Escape}"),
    () => user.click(screen.getByRole("button", { name: "Close" })),
    () => user.click(screen.getByRole("button", { name: "Keep as it is" })),
  ]) {
    await user.click(opener);
    await leave();
    expect(screen.queryByRole("dialog")).toBe(null);
    await waitFor(() => expect(document.activeElement).toBe(opener));
  }
  expect(onConfirm).not.toHaveBeenCalled();
});

it("an irreversible act wants its name typed, to the letter, and forgets it when closed", async () => {
  const { onConfirm, opener, user } = show({ typedName: "nightly" });
  await user.click(opener);
  const act = (): HTMLButtonElement => screen.getByRole("button", { name: "Replace 120 entities" });
  const input = (): HTMLElement => screen.getByRole("textbox", { name: "Type nightly to confirm" });
  await user.type(input(), "Nightly{Enter}");
  expect(act().disabled).toBe(true);
  expect(onConfirm).not.toHaveBeenCalled();
  await user.clear(input());
  await user.type(input(), "nightly{Enter}");
  expect(act().disabled).toBe(false);
  expect(onConfirm).toHaveBeenCalledTimes(1);
  await user.keyboard("{Escape}");
  await user.click(opener);
  expect(act().disabled).toBe(true);
});

it("while it works it cannot be confirmed twice, and an error keeps it open with its cure", async () => {
  const { onConfirm, opener, user } = show({ pending: true });
  await user.click(opener);
  await user.click(screen.getByRole("button", { name: /Replace 120 entities/ }));
  expect(onConfirm).not.toHaveBeenCalled();
  cleanup();
  const problem = { code: "SAVEPOINT_MISSING", title: "The savepoint is gone", detail: "7.sqlite is not there.", cure: "Take a new one." };
  const failed = show({ error: <ErrorState inline error={{ data: { problem } }} /> });
  await failed.user.click(failed.opener);
  const alert = screen.getByRole("alert").textContent;
  for (const words of ["The savepoint is gone", "7.sqlite is not there.", "Take a new one."]) expect(alert).toContain(words);
});
