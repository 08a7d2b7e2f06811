// @vitest-environment happy-dom
/** A failure never reads as "no results": what, where, cure, and the raw text. */
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { ErrorState } from "./error-state.tsx";

afterEach(cleanup);

it("a coded problem shows its title, place and cure, and the failed request", () => {
  const problem = {
    code: "MODULE_INVALID",
    title: "The module is not valid",
    detail: "kind is missing",
    where: "line 3",
    cure: "Add kind.",
  };
  render(<ErrorState what="Apply" error={{ data: { problem } }} />);
  const words = screen.getByRole("alert").textContent;
  for (const part of ["Apply: The module is not valid", "kind is missing", "line 3", "Add kind."]) expect(words).toContain(part);
});

it("a gateway that does not answer is not an empty list: the page names the command that runs it and tries again", async () => {
  const onRetry = vi.fn<() => void>();
  render(<ErrorState error={new TypeError("Failed to fetch")} onRetry={onRetry} />);
  expect(screen.getByRole("alert").textContent).toContain("The gateway does not answer");
  await userEvent.setup().click(screen.getByRole("button", { name: "Try again" }));
  expect(onRetry).toHaveBeenCalledTimes(1);
});

it("a late answer is reported with the time", () => {
  render(<ErrorState error={new Error("no answer in 30 s")} />);
  expect(screen.getByRole("alert").textContent).toContain("No answer in 30 s");
});

it("anything else keeps the raw text one press away", () => {
  render(<ErrorState error={new Error("kaboom 17")} />);
  expect(screen.getByRole("group").querySelector("pre")?.textContent).toBe("kaboom 17");
});

it("what a proxy before the gateway refuses is not told as a gateway that is away", () => {
  const answered = (status: number) =>
    Object.assign(new Error("Unexpected token '<' is not valid JSON"), { meta: { response: { status } } });
  render(<ErrorState what="Upload" error={answered(413)} />);
  const words = screen.getByRole("alert").textContent;
  for (const part of ["Something before the gateway refused this (HTTP 413)", "client_max_body_size"]) expect(words).toContain(part);
  cleanup();
  render(<ErrorState error={answered(502)} />);
  expect(screen.getByRole("alert").textContent).toContain("The gateway does not answer");
});
