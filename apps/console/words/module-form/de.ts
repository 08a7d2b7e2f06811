/** The texts of a module's form in German. Neighbour: en.ts lists them. */
import type { ModuleFormWords } from "./en.ts";

export const de: ModuleFormWords = {
  label: "Formular des Moduls",
  nothing: "Noch ist nichts vereinbart. Fügen Sie unten eine Komponente hinzu.",
  outOfText: (name) => `${name} steht nicht mehr im Text`,
  putBack: "Wieder einsetzen",
  aDocument: "ein Dokument",
  document: "Dokument",
  asText: (reason) => `${reason}: Bearbeiten Sie es als Text.`,
  reasons: {
    olderForm: "Es hat kein kind mit einem spec: eine ältere Form, oder noch nicht fertig",
    notYaml: "Es lässt sich nicht als YAML lesen",
  },
  unknownKind: (kind) => `${kind} ist hier nicht bekannt.`,
  remove: "Entfernen",
  removeOf: (name) => `${name} entfernen`,
  add: "Komponente hinzufügen",
  choose: "Wählen Sie, was sie ist",
  fewer: "Weniger Felder",
  more: (count) => `${count} ${count === 1 ? "weiteres Feld" : "weitere Felder"}`,
  alias: "Es ist ein Alias: Bearbeiten Sie es als Text.",
  needed: (name) => `${name}, nötig`,
  notSet: "nicht gesetzt",
  addTo: (name) => `Zu ${name} hinzufügen`,
  nameOf: (name) => `${name}, Name`,
  valueOf: (name) => `${name}, Wert`,
  default: "Standard",
  secret: "Ein Geheimnis: Hier steht nur sein Name, als ${secret.NAME}.",
};
