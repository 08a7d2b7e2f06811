/** The texts of a module's form; what a field means comes from the gateway. Neighbours: de.ts, use-module-form-words.ts. */
export const en = {
  label: "Form of the module",
  nothing: "Nothing is declared yet. Add a component below.",
  outOfText: (name: string) => `${name} is out of the text`,
  putBack: "Put it back",
  aDocument: "a document",
  document: "Document",
  asText: (reason: string) => `${reason}: edit it as text.`,
  reasons: {
    olderForm: "It has no kind with a spec: an older form, or not finished",
    notYaml: "It cannot be read as YAML",
  },
  unknownKind: (kind: string) => `${kind} is no kind that is known here.`,
  remove: "Remove",
  removeOf: (name: string) => `Remove ${name}`,
  add: "Add a component",
  choose: "Choose what it is",
  fewer: "Fewer fields",
  more: (count: number) => `${count} more ${count === 1 ? "field" : "fields"}`,
  alias: "It is an alias: edit it as text.",
  needed: (name: string) => `${name}, needed`,
  notSet: "not set",
  addTo: (name: string) => `Add to ${name}`,
  nameOf: (name: string) => `${name} name`,
  valueOf: (name: string) => `${name} value`,
  default: "default",
  secret: "A secret: only its name stands here, as ${secret.NAME}.",
};

export type ModuleFormWords = typeof en;
