// @vitest-environment happy-dom
/** Free text with suggestions: whatever is typed counts, and a suggestion only saves typing. */
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { Combobox } from "./combobox.tsx";

afterEach(cleanup);

const suggestions = [{ value: "shop/cart" }, { value: "shop/order", detail: "12 entities" }, { value: "mail/outbox" }];

function show(start = "") {
  const onCommit = vi.fn<(value: string) => void>();
  const outside = vi.fn<(key: string) => void>();
  function Form() {
    const [value, setValue] = useState(start);
    return (
      <div onKeyDown={(event) => outside(event.key)}>
        <Combobox aria-label="Type" value={value} suggestions={suggestions} onChange={setValue} onCommit={onCommit} />
      </div>
    );
  }
  render(<Form />);
  return { input: screen.getByRole<HTMLInputElement>("combobox", { name: "Type" }), onCommit, outside, user: userEvent.setup() };
}

function offered(): (string | null)[] {
  return screen.queryAllByRole("option").map((option) => option.textContent);
}

it("opens with all suggestions when it gets the focus, and narrows them by the typed text, whatever its case", async () => {
  const { input, user } = show();
  expect(input.getAttribute("aria-expanded")).toBe("false");
  await user.tab();
  expect(input.getAttribute("aria-expanded")).toBe("true");
  expect(offered()).toEqual(["shop/cart", "shop/order12 entities", "mail/outbox"]);
  await user.type(input, "SHOP");
  expect(offered()).toEqual(["shop/cart", "shop/order12 entities"]);
});

it("an exact value offers the others too, so that it can be changed without being cleared", async () => {
  const { user } = show("shop/cart");
  await user.tab();
  expect(offered()).toHaveLength(3);
});

it("arrows move round, the active one is named, and Enter takes it", async () => {
  const { input, onCommit, user } = show();
  await user.tab();
  await user.keyboard("{ArrowUp}");
  const active = document.getElementById(input.getAttribute("aria-activedescendant") ?? "");
  expect(active?.textContent).toBe("mail/outbox");
  expect(active?.getAttribute("aria-selected")).toBe("true");
  await user.keyboard("{ArrowDown}{Enter}");
  expect(input.value).toBe("shop/cart");
  expect(onCommit.mock.calls).toEqual([["shop/cart"]]);
  expect(input.getAttribute("aria-expanded")).toBe("false");
});

it("Enter without a chosen suggestion takes the typed text, also one that was not suggested", async () => {
  const { input, onCommit, user } = show();
  await user.type(input, "new/type{Enter}");
  expect(onCommit.mock.calls).toEqual([["new/type"]]);
  expect(offered()).toEqual([]);
});

it("a click takes a suggestion and the focus stays in the input", async () => {
  const { input, onCommit, user } = show();
  await user.click(input);
  await user.click(screen.getByRole("option", { name: "mail/outbox" }));
  expect(onCommit.mock.calls).toEqual([["mail/outbox"]]);
  expect(document.activeElement).toBe(input);
});

it("Escape closes the list first and only then reaches its surroundings", async () => {
  const { input, outside, user } = show();
  await user.click(input);
  await user.keyboard("{Escape}");
  expect(input.getAttribute("aria-expanded")).toBe("false");
  expect(outside).not.toHaveBeenCalledWith("Escape");
  await user.keyboard("{Escape}");
  expect(outside).toHaveBeenCalledWith("Escape");
});
