/** openYamlMapping: Enter after `key:` opens the mapping, two spaces deeper; elsewhere Enter does what it always does. */
import type { StateCommand } from "@codemirror/state";

export const openYamlMapping: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection;
  if (!main.empty || state.readOnly) return false;
  const line = state.doc.lineAt(main.head);
  const match = /^(\s*(?:- +)*)[\w.\-/]+:\s*$/.exec(line.text);
  if (match === null || main.head !== line.to) return false;
  const indent = " ".repeat((match[1] ?? "").length + 2);
  dispatch(
    state.update({
      changes: { from: main.head, insert: `\n${indent}` },
      selection: { anchor: main.head + 1 + indent.length },
      scrollIntoView: true,
      userEvent: "input",
    }),
  );
  return true;
};
