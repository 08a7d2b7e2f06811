/**
 * focusIssue: focuses the field that an issue is about, or the first field of its component.
 */
import type { ModuleIssue } from "../../../trpc/views.ts";
import { formErrors } from "./form-errors.ts";
import { formKinds } from "./form-shape.ts";

const controls = ":is(input, textarea, [role=combobox], button)";

export function focusIssue({ text, schema, issue }: { text: string; schema: unknown; issue: ModuleIssue }): void {
  const [key = ""] = [...formErrors(text, [issue], formKinds(schema)).keys()];
  const field =
    document.querySelector(`[data-field="${CSS.escape(key)}"]`) ?? document.querySelector(`[data-component="${key.split("/")[0]}"]`);
  field?.querySelector<HTMLElement>(controls)?.focus();
}
