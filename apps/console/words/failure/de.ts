/** The texts of what failed and what to do in German. Neighbour: en.ts lists them. */
import type { FailureWords } from "./en.ts";

export const de: FailureWords = {
  toDo: "Was zu tun ist",
  raw: "Rohe Antwort",
};
