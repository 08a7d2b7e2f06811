// @vitest-environment happy-dom
/** The editor's text belongs to its caller, its errors come from outside, and keys lead out of it. */
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { EditorView } from "@codemirror/view";
import { createRef, useLayoutEffect, type ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CodeEditorHandle } from "./code-editor.tsx";
import { CodeMirror, type CodeMirrorProps } from "./code-mirror.tsx";
import { loadGrammar } from "./grammar.ts";

const grammar = await loadGrammar("yaml");
const caret = { current: { from: 0, to: 0, focused: false } };

// This DOM reports a selection while the editor that makes it still renders, which no browser does.
beforeEach(() => {
  for (const move of ["collapse", "extend"] as const) vi.spyOn(Selection.prototype, move).mockReturnValue();
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function show(more: Partial<CodeMirrorProps> = {}) {
  const onChange = vi.fn<(value: string) => void>();
  const props: CodeMirrorProps = { grammar, caret, value: "kind: a\nspec:\n", language: "yaml", label: "Module", onChange, ...more };
  const { rerender } = render(<CodeMirror {...props} />);
  const content = screen.getByRole("textbox", { name: props.label });
  const view = EditorView.findFromDOM(content);
  if (view === null) throw new Error("no editor behind the text box");
  return { content, view, onChange, show: (next: Partial<CodeMirrorProps>) => rerender(<CodeMirror {...props} {...next} />) };
}

it("is a named text box with the text it is given, and tells every change", () => {
  const { content, view, onChange } = show();
  expect(content.textContent).toContain("kind: a");
  view.dispatch({ changes: { from: 6, to: 7, insert: "b" } });
  expect(onChange).toHaveBeenLastCalledWith("kind: b\nspec:\n");
});

it("another text from outside replaces its own, and the same text leaves the caret alone", () => {
  const { view, show: again } = show();
  view.dispatch({ selection: { anchor: 4 } });
  again({ value: "kind: a\nspec:\n" });
  expect(view.state.selection.main.head).toBe(4);
  again({ value: "kind: c\n" });
  expect(view.state.doc.toString()).toBe("kind: c\n");
});

it("a late echo does not undo the text typed after it, and a text from outside still replaces it", () => {
  const { view, onChange, show: again } = show({ value: "" });
  for (const letter of "abc") view.dispatch({ changes: { from: view.state.doc.length, insert: letter } });
  for (const late of ["", "a", "ab", "abc"]) {
    again({ value: late });
    expect(view.state.doc.toString()).toBe("abc");
  }
  again({ value: "a" });
  expect(view.state.doc.toString()).toBe("a");
  again({ value: "" });
  expect(view.state.doc.toString()).toBe("");
  expect(onChange.mock.calls.flat()).toEqual(["a", "ab", "abc"]);
});

it("text that is typed before the page has settled is kept", () => {
  let typed = false;
  const onChange = vi.fn<(value: string) => void>();
  /** Types as soon as the editor is in the page, before any effect of the same commit. */
  function Typing({ children }: { children: ReactNode }) {
    useLayoutEffect(() => {
      const view = EditorView.findFromDOM(screen.getByRole("textbox", { name: "Module" }));
      if (!typed) view?.dispatch({ changes: { from: 0, insert: "x" } });
      typed = true;
    });
    return children;
  }
  render(
    <Typing>
      <CodeMirror grammar={grammar} caret={caret} value="kind: a" language="yaml" label="Module" onChange={onChange} />
    </Typing>,
  );
  expect(screen.getByRole("textbox").textContent).toBe("xkind: a");
  expect(onChange).toHaveBeenLastCalledWith("xkind: a");
});

it("errors from the gateway mark their word, and one past the end of the text marks the last line instead of failing", () => {
  const { content, show: again } = show();
  again({ markers: [{ severity: "error", message: "unknown kind", line: 1, column: 7 }] });
  expect([...content.querySelectorAll(".cm-lintRange-error")].map((mark) => mark.textContent)).toEqual(["a"]);
  again({ value: "kind: a\nspec: x", markers: [{ severity: "warning", message: "too short", line: 99, column: 1 }] });
  expect([...content.querySelectorAll(".cm-lintRange-warning")].map((mark) => mark.textContent)).toEqual(["spec"]);
  again({ markers: [] });
  expect(content.querySelectorAll("[class*=cm-lintRange]")).toHaveLength(0);
});

it("ctrl+Enter submits and types nothing", () => {
  const onSubmit = vi.fn<() => void>();
  const { content, view } = show({ onSubmit });
  fireEvent.keyDown(content, { key: "Enter", keyCode: 13, ctrlKey: true });
  expect(onSubmit).toHaveBeenCalledTimes(1);
  expect(view.state.doc.toString()).toBe("kind: a\nspec:\n");
});

it("Enter after a key opens its mapping two spaces deeper", () => {
  const { content, view } = show({ value: "spec:" });
  view.dispatch({ selection: { anchor: 5 } });
  fireEvent.keyDown(content, { key: "Enter", keyCode: 13 });
  expect(view.state.doc.toString()).toBe("spec:\n  ");
});

it("a read-only text cannot be typed into but can be reached with Tab", async () => {
  const { content, view } = show({ readOnly: true });
  expect(content.getAttribute("contenteditable")).toBe("false");
  expect(view.state.readOnly).toBe(true);
  await userEvent.setup().tab();
  expect(document.activeElement).toBe(content);
});

it("goes to the place of an error, also to one behind the end", () => {
  const ref = createRef<CodeEditorHandle>();
  const { view } = show({ ref });
  // Focus in this DOM moves the selection while the editor renders, which no browser does.
  const focus = vi.spyOn(view, "focus").mockReturnValue();
  ref.current?.goTo(2, 3);
  expect(view.state.selection.main.head).toBe(10);
  ref.current?.goTo(400, 400);
  expect(view.state.selection.main.head).toBe(view.state.doc.length);
  expect(focus).toHaveBeenCalledTimes(2);
});

it("Tab goes on through the page; where code is written it indents, once something was written since the focus came", () => {
  const { content, view } = show();
  const tab = { key: "Tab", keyCode: 9 };
  // It is not prevented, so the browser moves the focus.
  expect(fireEvent.keyDown(content, tab)).toBe(true);
  expect(view.state.doc.toString()).toBe("kind: a\nspec:\n");
  view.dispatch({ changes: { from: 7, insert: "b" }, selection: { anchor: 8 }, userEvent: "input.type" });
  expect(fireEvent.keyDown(content, tab)).toBe(false);
  expect(view.state.doc.toString()).toBe("  kind: ab\nspec:\n");
  fireEvent.focus(content);
  expect(fireEvent.keyDown(content, tab)).toBe(true);
});
