// @vitest-environment happy-dom
/**
 * Fields of a component over its text: what is typed is written at once, an emptied field leaves the text when it loses the focus, and a
 * secret is named.
 */
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState, type ReactElement } from "react";
import { afterEach, expect, it } from "vitest";
import { FieldGroup } from "./component-fields.tsx";
import { formKinds } from "./form-shape.ts";
import { documentsOf, withEdits } from "./module-document.ts";

afterEach(cleanup);

const text = { type: "string" };
const schema = {
  oneOf: [
    {
      properties: {
        kind: { const: "a/b" },
        spec: {
          type: "object",
          required: ["id"],
          properties: {
            id: { ...text, description: "Its id." },
            call: { ...text, description: "How long.", "x-default": "2 min" },
            key: { ...text, description: "A key.", "x-secret": "by-reference", writeOnly: true },
            names: { type: "array", items: text },
            headers: { type: "array", items: { type: "object", minProperties: 1, maxProperties: 1 } },
          },
        },
      },
    },
  ],
};

let written = "";

function Form({ start }: { start: string }): ReactElement {
  const [yaml, setYaml] = useState(start);
  written = yaml;
  const [document] = documentsOf(yaml);
  if (document?.kind !== "component") throw new Error("it is a component");
  return (
    <FieldGroup
      fields={formKinds(schema)[0]?.fields ?? []}
      value={document.spec}
      path={[]}
      isThere
      context={{ index: 0, errors: new Map(), secrets: ["${secret.KEY}"], onEdits: (edits) => setYaml(withEdits(yaml, 0, edits)) }}
    />
  );
}

it("required and written fields are shown, the others with their defaults behind one button", async () => {
  const user = userEvent.setup();
  render(<Form start={"kind: a/b\nspec:\n  names: [x]\n"} />);
  expect(screen.getAllByRole("textbox").map((field) => field.getAttribute("aria-label") ?? "")).toEqual(["", "names 1"]);
  expect(screen.getByLabelText("id, needed").getAttribute("aria-describedby")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "3 more fields" }));
  expect(screen.getByLabelText<HTMLInputElement>("call").placeholder).toBe("2 min");
});

it("a field that is emptied and typed anew keeps its line and its comment; a field left empty is removed", async () => {
  const user = userEvent.setup();
  render(<Form start={"kind: a/b\nspec:\n  id: x\n  call: 9s  # the budget\n"} />);
  const call = screen.getByLabelText("call");
  await user.clear(call);
  await user.type(call, "30s");
  expect(written).toBe("kind: a/b\nspec:\n  id: x\n  call: 30s  # the budget\n");
  await user.clear(call);
  await user.tab();
  expect(written).toBe("kind: a/b\nspec:\n  id: x\n");
  // The field was shown, so it stays.
  expect(screen.getByLabelText<HTMLInputElement>("call").value).toBe("");
});

it("a secret is chosen by its name", async () => {
  const user = userEvent.setup();
  render(<Form start={"kind: a/b\nspec:\n  id: x\n"} />);
  await user.click(screen.getByRole("button", { name: "4 more fields" }));
  await user.click(screen.getByRole("combobox", { name: "key" }));
  await user.click(screen.getByRole("option", { name: "${secret.KEY}" }));
  expect(written).toBe("kind: a/b\nspec:\n  id: x\n  key: ${secret.KEY}\n");
});

it("items and named entries are added, changed and removed", async () => {
  const user = userEvent.setup();
  render(<Form start={"kind: a/b\nspec:\n  id: x\n"} />);
  await user.click(screen.getByRole("button", { name: "4 more fields" }));
  await user.click(screen.getByRole("button", { name: "Add to names" }));
  await user.type(screen.getByRole("textbox", { name: "names 1" }), "one");
  await user.click(screen.getByRole("button", { name: "Add to names" }));
  await user.type(screen.getByRole("textbox", { name: "names 2" }), "two");
  await user.click(screen.getByRole("button", { name: "Remove names 1" }));
  await user.click(screen.getByRole("button", { name: "Add to headers" }));
  await user.type(screen.getByRole("textbox", { name: "headers 1 name" }), "x-key");
  await user.type(screen.getByRole("textbox", { name: "headers 1 value" }), "7: a");
  expect(written).toBe('kind: a/b\nspec:\n  id: x\n  names:\n    - two\n  headers:\n    - x-key: "7: a"\n');
  await user.click(screen.getByRole("button", { name: "Remove names 1" }));
  await user.click(screen.getByRole("button", { name: "Remove headers 1" }));
  expect(written).toBe("kind: a/b\nspec:\n  id: x\n");
});
