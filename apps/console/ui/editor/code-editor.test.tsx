// @vitest-environment happy-dom
/** Nothing that is typed is lost when the editor replaces its plain box, and a request for a place gets it. */
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { EditorView } from "@codemirror/view";
import { createRef, useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loadGrammar } from "./grammar.ts";
import { CodeEditor, type CodeEditorHandle, type CodeEditorProps } from "./code-editor.tsx";

// This DOM reports a selection while the editor that makes it still renders, which no browser does.
beforeEach(() => {
  for (const move of ["collapse", "extend"] as const) vi.spyOn(Selection.prototype, move).mockReturnValue();
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function Kept({ text, ...more }: Partial<CodeEditorProps> & { text: string }) {
  const [value, setValue] = useState(text);
  return <CodeEditor language="json" label="Body" {...more} value={value} onChange={setValue} />;
}

function box(): HTMLElement {
  return screen.getByRole("textbox", { name: "Body" });
}

async function editor(): Promise<EditorView> {
  return await waitFor(() => {
    const found = EditorView.findFromDOM(box());
    if (found === null) throw new Error("still the plain box");
    return found;
  });
}

it("is a plain text box that loads nothing, until a person comes to it", async () => {
  render(<Kept text="{}" />);
  expect(box().tagName).toBe("TEXTAREA");
  fireEvent.change(box(), { target: { value: '{"a":1}' } });
  expect(box()).toHaveProperty("value", '{"a":1}');
  fireEvent.focus(box());
  expect((await editor()).state.doc.toString()).toBe('{"a":1}');
});

it("text that is typed while the editor loads is in it, with the caret", async () => {
  render(<Kept text="" />);
  const area = box();
  if (!(area instanceof HTMLTextAreaElement)) throw new Error("no plain box");
  area.focus();
  fireEvent.change(area, { target: { value: "[1, 2]" } });
  area.setSelectionRange(3, 3);
  const view = await editor();
  expect(view.state.doc.toString()).toBe("[1, 2]");
  expect(view.state.selection.main.head).toBe(3);
  expect(document.activeElement).toBe(view.contentDOM);
});

it("a person who goes on while the editor takes over keeps the focus where it went", async () => {
  render(
    <>
      <Kept text="{}" />
      <button type="button">next</button>
    </>,
  );
  await Promise.all([import("./code-mirror.tsx"), loadGrammar("json")]);
  box().focus();
  // All is fetched: React has decided for the editor, and has not put it there while no task had its turn.
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
  expect(box().tagName).toBe("TEXTAREA");
  screen.getByRole("button", { name: "next" }).focus();
  await editor();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "next" }));
});

it("ctrl+Enter submits from the plain box too", () => {
  const onSubmit = vi.fn<() => void>();
  render(<Kept text="{}" onSubmit={onSubmit} />);
  fireEvent.keyDown(box(), { key: "Enter", ctrlKey: true });
  expect(onSubmit).toHaveBeenCalledTimes(1);
});

it("an error to mark loads the editor, and a place that was requested before is shown after", async () => {
  const ref = createRef<CodeEditorHandle>();
  const { rerender } = render(<CodeEditor ref={ref} language="text" label="Body" value={"ab\ncd"} />);
  rerender(
    <CodeEditor
      ref={ref}
      language="text"
      label="Body"
      value={"ab\ncd"}
      markers={[{ severity: "error", message: "no", line: 2, column: 1 }]}
    />,
  );
  const marked = await editor();
  await waitFor(() => expect(marked.contentDOM.querySelectorAll(".cm-lintRange-error")).toHaveLength(1));
  cleanup();
  render(<CodeEditor ref={ref} language="text" label="Body" value={"ab\ncd"} />);
  ref.current?.goTo(2, 2);
  const view = await editor();
  await waitFor(() => expect(view.state.selection.main.head).toBe(4));
});
