/** The texts of what stands where a page does not, in German. Neighbour: en.ts lists them. */
import type { PlacesWords } from "./en.ts";

export const de: PlacesWords = {
  none: "Diese Seite gibt es nicht",
  noneAbout: "Die Seiten stehen links; Ctrl K findet Typen, Entitäten und Traces nach Namen.",
  overview: "Übersicht",
  notDrawn: "Diese Seite ließ sich nicht zeichnen",
  notLoaded: "Diese Seite ließ sich nicht laden",
  asking: "Es wird gefragt, ob das Gateway antwortet.",
  notOpened: "Noch nicht geöffnet",
  notOpenedAbout:
    "Das Gateway antwortet nicht, darum ließ sich diese Seite nicht laden. Sie öffnet sich, sobald es antwortet; die anderen Teile bleiben, wie sie waren.",
  updated: "Die Konsole ist erneuert",
  updatedAbout:
    "Dieser Tab enthält eine ältere Fassung. Laden Sie neu, um die neue zu bekommen; die Ansicht steht in der URL und kommt wieder.",
  reload: "Neu laden",
};
