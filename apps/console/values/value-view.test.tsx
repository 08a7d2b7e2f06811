// @vitest-environment happy-dom
/** A typed value as people read it: decoded, as bytes, or only its size. */
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import type { ValueView as Value } from "../trpc/views.ts";
import { ValueLine, ValueView } from "./value-view.tsx";

afterEach(cleanup);

function value(text: string, more: Partial<Value> = {}): Value {
  return {
    typename: "shop/items",
    as: "json",
    text,
    base64: btoa(text),
    sizeBytes: text.length,
    decoder: "JSON",
    ...more,
  };
}

it("JSON is a tree: a long part is folded and opens by a press, and says how much it holds", async () => {
  const user = userEvent.setup();
  render(<ValueView value={value(JSON.stringify({ items: [{ deep: { a: [{ b: 1 }, { b: 2 }] } }] }))} />);
  const folded = screen.getAllByRole("button", { expanded: false });
  expect(folded.length).toBeGreaterThan(0);
  expect(screen.queryByText(/b: 2|"b"/)).toBe(null);
  for (let rounds = 0; rounds < 5; rounds += 1) {
    for (const button of screen.queryAllByRole("button", { expanded: false })) await user.click(button);
  }
  expect(screen.getByRole("group", { name: "Value of type shop/items" }).textContent).toMatch(/b.*2/);
});

it("numbers that JavaScript would round are shown exactly", () => {
  render(<ValueView value={value('{"id":9007199254740993}')} />);
  expect(screen.getByRole("group", { name: /shop\/items/ }).textContent).toContain("9007199254740993");
});

it("the bytes are one press away, as hex and as base64", async () => {
  const user = userEvent.setup();
  render(<ValueView value={value("Hi!", { as: "text", decoder: "text" })} />);
  await user.click(screen.getByRole("radio", { name: "hex" }));
  expect(document.body.textContent).toContain("48 69 21");
  await user.click(screen.getByRole("radio", { name: "base64" }));
  expect(document.body.textContent).toContain("SGkh");
});

it("a value without a decoder says so and how to add one", async () => {
  render(<ValueView value={value("\u0001", { as: "bytes", decoder: "no descriptor set has this type" })} />);
  expect(document.body.textContent).toContain("Not decoded: no descriptor set has this type");
  expect(await screen.findByText(/no protobuf: byte 0 begins no field/)).toBeTruthy();
});

it("protobuf without a descriptor is guessed, named as a guess, with why the decoders failed and each field's bytes", async () => {
  const why = "no decoder: not printable, and no descriptor set has the type";
  render(<ValueView value={value("\u0008\u0096\u0001\u0012\u0003Bob", { as: "bytes", decoder: why })} />);
  const fields = await screen.findByRole("list", { name: "Guessed fields" });
  expect(fields.textContent).toContain('"Bob" text');
  expect(fields.textContent).toContain("150 varint, or 75 zigzag08 96 01");
  expect(screen.getByText("guessed: no descriptor")).toBeTruthy();
  expect(document.body.textContent).toContain("No decoder: not printable, and no descriptor set has the type.");
  expect(screen.getByRole("radio", { name: "guess" })).toBeTruthy();
});

it("a text that may be protobuf stays a text, with the guess below it", async () => {
  render(<ValueView value={value(`\n$${"a".repeat(36)}`, { as: "text", decoder: "UTF-8 text" })} />);
  expect((await screen.findByRole("list", { name: "Guessed fields" })).textContent).toContain(`"${"a".repeat(36)}" text`);
  cleanup();
  render(<ValueView value={value("\na line", { as: "text", decoder: "UTF-8 text" })} />);
  expect(screen.queryByRole("list")).toBe(null);
});

it("a value that was not kept says so and offers no bytes", () => {
  render(<ValueView value={value("", { as: "absent", sizeBytes: 900, decoder: "over the journal's limit" })} />);
  expect(document.body.textContent).toContain("Only the size was kept: over the journal's limit");
  expect(screen.queryByRole("radio")).toBe(null);
  expect(screen.queryByRole("button", { name: "Copy value" })).toBe(null);
});

it("a value that was erased says when, in full and on one line", () => {
  const erased = value("", { as: "absent", sizeBytes: 9, decoder: "erased", erasedMs: new Date(2026, 10, 28, 9, 5, 7).getTime() });
  render(<ValueView value={erased} />);
  expect(document.body.textContent).toContain("Erased on 2026-11-28 09:05:07");
  expect(document.body.textContent).not.toContain("Only the size");
  cleanup();
  render(<ValueLine value={erased} />);
  expect(document.body.textContent).toContain("erased on 2026-11-28 09:05:07");
});

it("on one line a value is short, and no value is called empty", () => {
  render(<ValueLine value={value(JSON.stringify("x".repeat(500)))} />);
  expect(document.body.textContent.length).toBeLessThan(200);
  cleanup();
  render(<ValueLine value={null} />);
  expect(document.body.textContent).toBe("empty");
});

it("a masked value says so, and has no bytes to look at", () => {
  render(<ValueView value={value('{"email":"hidden"}', { masked: ["email"], base64: "" })} />);
  expect(screen.getByText("masked")).toBeTruthy();
  expect(screen.queryByText("hex")).toBe(null);
});
