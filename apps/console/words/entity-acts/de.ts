/** What a person may do with an entity, in German. Neighbour: en.ts lists the texts. */
import type { EntityActsWords } from "./en.ts";

export const de: EntityActsWords = {
  done: { retry: "Erneut versucht", pause: "Pausiert", resume: "Fortgesetzt", discard: "Erste Nachricht verworfen" },
  retry: "Jetzt wiederholen",
  resume: "Fortsetzen",
  pause: "Pausieren",
  editAndRetry: "Ändern und wiederholen…",
  edit: "Erste Nachricht ändern…",
  discard: "Erste Nachricht verwerfen…",
  of: {
    retry: (id) => `${id} jetzt wiederholen`,
    resume: (id) => `${id} fortsetzen`,
    pause: (id) => `${id} pausieren`,
    edit: (id) => `Erste Nachricht von ${id} ändern…`,
    discard: (id) => `Erste Nachricht von ${id} verwerfen…`,
  },
  editTitle: (sequence) => `Erste Nachricht #${sequence} ändern`,
  replaceAndRetry: "Ersetzen und wiederholen",
  replace: "Erste Nachricht ersetzen",
  letThrough: "Eine Nachricht durchgelassen",
  notLetThrough: "Nicht durchgelassen",
  letOneThrough: "Eine durchlassen",
  edited: "Erste Nachricht geändert",
  editedAbout: "Sie wird versucht, sobald die Entität wieder an der Reihe ist.",
  discarding: {
    title: "Erste Nachricht verwerfen",
    confirm: "Diese Nachricht verwerfen",
    about: "Die Nachricht unten ist endgültig weg, und ihre Wirkungen treten nie ein.",
    behind: (count) =>
      count === 1
        ? "Die Nachricht dahinter wird als nächste versucht."
        : `Die ${count} Nachrichten dahinter behalten ihre Reihenfolge und werden danach versucht.`,
    noneBehind: "Danach ist die Mailbox leer.",
  },
};
