// @vitest-environment happy-dom
/**
 * One registry: what is registered works and is listed, and is removed with its page; the signs ? and / count as typed, on any keyboard.
 */
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { ShortcutsProvider, useRegistered, useShortcut, type Shortcut } from "./shortcuts.tsx";

afterEach(cleanup);

function Key({ act, ...shortcut }: Shortcut & { act: () => void }) {
  useShortcut(shortcut, act);
  return null;
}

function Listed() {
  return (
    <p>
      {useRegistered()
        .map(({ label }) => label)
        .join(", ")}
    </p>
  );
}

function show(keys: string) {
  const act = vi.fn<() => void>();
  const { rerender } = render(
    <ShortcutsProvider>
      <Key keys={keys} shown={keys} label="Do it" group="Here" act={act} />
      <Listed />
    </ShortcutsProvider>,
  );
  return {
    act,
    leave: () =>
      rerender(
        <ShortcutsProvider>
          <Listed />
        </ShortcutsProvider>,
      ),
  };
}

it("a key works and is listed while its component is shown, and no longer", () => {
  const { act, leave } = show("p");
  expect(screen.getByText("Do it")).toBeDefined();
  fireEvent.keyDown(document.body, { key: "p", code: "KeyP" });
  expect(act).toHaveBeenCalledTimes(1);
  leave();
  expect(screen.queryByText("Do it")).toBeNull();
  fireEvent.keyDown(document.body, { key: "p", code: "KeyP" });
  expect(act).toHaveBeenCalledTimes(1);
});

it.each([
  { keyboard: "an English", sign: "?", code: "Slash", shiftKey: true },
  { keyboard: "a German", sign: "?", code: "Minus", shiftKey: true },
  { keyboard: "an English", sign: "/", code: "Slash", shiftKey: false },
  { keyboard: "a German", sign: "/", code: "Digit7", shiftKey: true },
])("$sign works on $keyboard keyboard", ({ sign, code, shiftKey }) => {
  const { act } = show(sign);
  fireEvent.keyDown(document.body, { key: sign, code, shiftKey });
  expect(act).toHaveBeenCalledTimes(1);
  fireEvent.keyDown(document.body, { key: sign, code, shiftKey, ctrlKey: true });
  expect(act).toHaveBeenCalledTimes(1);
});
