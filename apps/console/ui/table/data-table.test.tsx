// @vitest-environment happy-dom
/** The table as keys and assistive technology meet it. */
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { DataTable, type Column } from "./data-table.tsx";

afterEach(cleanup);

interface Cart {
  id: string;
  items: number;
}

const columns: readonly Column<Cart>[] = [
  { key: "id", header: "Id", cell: (cart) => cart.id, sort: (cart) => cart.id },
  { key: "items", header: "Items", cell: (cart) => cart.items, width: "80px", sort: (cart) => cart.items },
  { key: "note", header: "Note", cell: () => "none" },
];
const carts: readonly Cart[] = [
  { id: "cart 10", items: 1 },
  { id: "cart 9", items: 3 },
  { id: "cart 1", items: 2 },
];

function shownIds(): (string | null | undefined)[] {
  const [, ...rows] = screen.getAllByRole("row");
  return rows.map((row) => row.querySelector("td")?.textContent);
}

function activeRow(): string | null | undefined {
  const id = screen.getByRole("grid").getAttribute("aria-activedescendant");
  return id === null ? null : document.getElementById(id)?.querySelector("td")?.textContent;
}

function show(more: Partial<Parameters<typeof DataTable<Cart>>[0]> = {}) {
  const onSelect = vi.fn<(cart: Cart) => void>();
  const onOpen = vi.fn<(cart: Cart) => void>();
  render(
    <DataTable label="Carts" rows={carts} columns={columns} rowKey={(cart) => cart.id} onSelect={onSelect} onOpen={onOpen} {...more} />,
  );
  return { onSelect, onOpen, user: userEvent.setup() };
}

it("is one tab stop; arrows move the active row, select it, and stop at both ends", async () => {
  const { onSelect, user } = show({ columns: columns.map(({ key, header, cell }) => ({ key, header, cell })) });
  await user.tab();
  expect(document.activeElement).toBe(screen.getByRole("grid", { name: "Carts" }));
  expect(activeRow()).toBe(null);
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(activeRow()).toBe("cart 9");
  await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}");
  expect(activeRow()).toBe("cart 1");
  await user.keyboard("{Home}{ArrowUp}");
  expect(activeRow()).toBe("cart 10");
  expect(onSelect).toHaveBeenLastCalledWith(carts[0]);
  await user.tab();
  expect(document.activeElement).toBe(document.body);
});

it("Enter opens the active row, Space selects it, and other keys are left to the page", async () => {
  const { onOpen, onSelect, user } = show();
  screen.getByRole("grid").focus();
  await user.keyboard("{Enter}x");
  expect(onOpen).not.toHaveBeenCalled();
  await user.keyboard("{End}{Enter}");
  expect(onOpen.mock.calls).toEqual([[carts[2]]]);
  onSelect.mockClear();
  await user.keyboard(" ");
  expect(onSelect.mock.calls).toEqual([[carts[2]]]);
});

it("a click selects and a double click opens", async () => {
  const { onOpen, onSelect, user } = show();
  await user.click(screen.getByText("cart 9"));
  expect(onSelect.mock.calls).toEqual([[carts[1]]]);
  expect(onOpen).not.toHaveBeenCalled();
  await user.dblClick(screen.getByText("cart 1"));
  expect(onOpen.mock.calls).toEqual([[carts[2]]]);
});

it("a click on a link or a button in a row is theirs, and neither selects nor opens it", async () => {
  const pressed = vi.fn<() => void>();
  const act = (
    <button type="button" onClick={pressed}>
      Act
    </button>
  );
  const { onOpen, onSelect, user } = show({ columns: [...columns, { key: "act", header: "", cell: () => act }] });
  await user.dblClick(screen.getAllByRole("button", { name: "Act" })[0] ?? expect.unreachable());
  expect(pressed).toHaveBeenCalledTimes(2);
  expect(onSelect).not.toHaveBeenCalled();
  expect(onOpen).not.toHaveBeenCalled();
});

it("the selected row says so, and an absent row selects none", () => {
  show({ selected: "cart 9" });
  expect(screen.getAllByRole("row", { selected: true }).map((row) => row.querySelector("td")?.textContent)).toEqual(["cart 9"]);
  cleanup();
  show({ selected: "cart 77" });
  expect(screen.queryAllByRole("row", { selected: true })).toEqual([]);
  expect(activeRow()).toBe(null);
});

it("a head sorts up, then down, then back, numbers in texts by their value, and tells which", async () => {
  const { user } = show();
  const head = screen.getByRole("columnheader", { name: /^Id/ });
  const button = within(head).getByRole("button");
  expect(head.getAttribute("aria-sort")).toBe("none");
  await user.click(button);
  expect(shownIds()).toEqual(["cart 1", "cart 9", "cart 10"]);
  expect(head.getAttribute("aria-sort")).toBe("ascending");
  await user.click(button);
  expect(shownIds()).toEqual(["cart 10", "cart 9", "cart 1"]);
  expect(head.getAttribute("aria-sort")).toBe("descending");
  await user.click(button);
  expect(shownIds()).toEqual(["cart 10", "cart 9", "cart 1"]);
  expect(head.getAttribute("aria-sort")).toBe("none");
});

it("numbers sort as numbers, and a column that cannot be sorted has no button", async () => {
  const { user } = show();
  await user.click(screen.getByRole("button", { name: /^Items/ }));
  expect(shownIds()).toEqual(["cart 10", "cart 1", "cart 9"]);
  const note = screen.getByRole("columnheader", { name: "Note" });
  expect(within(note).queryByRole("button")).toBe(null);
  expect(note.hasAttribute("aria-sort")).toBe(false);
});

it("keys follow the order that is shown, not the one that came", async () => {
  const { onOpen, user } = show();
  await user.click(screen.getByRole("button", { name: /^Id/ }));
  screen.getByRole("grid").focus();
  await user.keyboard("{Home}{Enter}");
  expect(onOpen.mock.calls).toEqual([[carts[2]]]);
});

it("of ten thousand rows only those near the view are in the page, and the grid says how many there are", () => {
  const many = Array.from({ length: 10_000 }, (_, at): Cart => ({ id: `cart ${at}`, items: at }));
  show({ rows: many });
  expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("10000");
  expect(screen.getAllByRole("row").length).toBeLessThan(200);
});

/** Makes the table this wide, as the browser would measure it. */
function wide(px: number): void {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      readonly #tell: (entries: { contentRect: { width: number } }[]) => void;
      constructor(tell: (entries: { contentRect: { width: number } }[]) => void) {
        this.#tell = tell;
      }
      observe() {
        this.#tell([{ contentRect: { width: px } }]);
      }
      unobserve() {}
      disconnect() {}
    },
  );
}

const withHidden: readonly Column<Cart>[] = [
  { key: "id", header: "Id", cell: (cart) => cart.id },
  { key: "items", header: "Items", cell: (cart) => cart.items, width: "80px", wideOnly: true },
  { key: "owner", header: "Owner", cell: (cart) => `owner of ${cart.id}`, width: "200px" },
  { key: "seen", header: "Seen", cell: () => "yesterday", width: "200px" },
  { key: "note", header: "Note", cell: () => "", width: "80px", wideOnly: "medium" },
];

it("on a phone a row lists below its columns those without a place there, and none that is empty", () => {
  wide(358);
  show({ columns: withHidden });
  const facts = (name: string) => [
    ...(screen
      .getAllByRole("row")
      .find((row) => row.textContent?.startsWith(name))
      ?.querySelectorAll("dl > div") ?? []),
  ];
  expect(facts("cart 10").map(({ textContent }) => textContent)).toEqual(["Items1", "Seenyesterday"]);
  vi.unstubAllGlobals();
});

it("where there is room for the columns no value is shown twice", () => {
  wide(1200);
  show({ columns: withHidden });
  expect(screen.getAllByText("yesterday")).toHaveLength(carts.length);
  expect(document.querySelector("dl")).toBeNull();
  vi.unstubAllGlobals();
});
