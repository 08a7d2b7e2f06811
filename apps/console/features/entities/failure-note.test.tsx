// @vitest-environment happy-dom
/** The reason that the function gave for parking an entity is readable without a click. */
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { FailureNote } from "./failure-note.tsx";

afterEach(cleanup);

const rejected = {
  code: "REJECTED",
  scope: "entity",
  message: "the function at http://127.0.0.1:9/ rejects the message",
  cure: "Read its reason; edit the message or discard it.",
} as const;

it("a reason of one line is shown, and there is no more to unfold", () => {
  render(<FailureNote failure={{ ...rejected, raw: "quantity: expected number\n" }} />);
  expect(screen.getByText("quantity: expected number")).toBeDefined();
  expect(screen.queryByText("Raw reply")).toBeNull();
});

it("of a longer reply the first line is shown, and the whole is one press away", () => {
  render(<FailureNote failure={{ ...rejected, raw: "TypeError: no price\n    at price (shop.js:3)" }} />);
  expect(screen.getByText("TypeError: no price")).toBeDefined();
  expect(screen.getByText("Raw reply")).toBeDefined();
});

it("the page of a proxy is not a reason, and a reason that the message holds is not shown twice", () => {
  render(<FailureNote failure={{ ...rejected, raw: "<!DOCTYPE html>\n<h1>502</h1>" }} />);
  expect(screen.getAllByText(/DOCTYPE/)).toHaveLength(1);
  cleanup();
  render(<FailureNote failure={{ ...rejected, raw: "rejects the message" }} />);
  expect(screen.getByText(/at http/).parentElement?.querySelectorAll("p")).toHaveLength(1);
});
