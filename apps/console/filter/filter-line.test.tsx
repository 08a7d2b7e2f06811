// @vitest-environment happy-dom
/** The text that was run comes back late, through the page's address; what was typed by then stays. */
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { FilterLine, type FilterLineProps } from "./filter-line.tsx";

afterEach(cleanup);

function show() {
  const onRun = vi.fn<(text: string) => void>();
  const props: FilterLineProps = { id: "f", label: "Filter", text: "", subject: "entity", known: {}, placeholder: "", onRun };
  const { rerender } = render(<FilterLine {...props} />);
  return {
    line: screen.getByRole("combobox", { name: "Filter" }),
    onRun,
    show: (text: string) => rerender(<FilterLine {...props} text={text} />),
  };
}

it("text that is typed after a filter was run stays when that one arrives, and another one from outside replaces it", async () => {
  const { line, onRun, show: again } = show();
  fireEvent.change(line, { target: { value: 'id == "a"' } });
  fireEvent.keyDown(line, { key: "Enter" });
  await waitFor(() => expect(onRun).toHaveBeenCalledExactlyOnceWith('id == "a"'));
  fireEvent.change(line, { target: { value: 'id == "ab"' } });
  again('id == "a"');
  expect(line).toHaveProperty("value", 'id == "ab"');
  again("");
  expect(line).toHaveProperty("value", "");
});
