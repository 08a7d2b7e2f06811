/** The texts of values of an entity that are staged. Neighbours: de.ts, use-staged-words.ts. */
import { counted } from "../../format/numbers.ts";

export const en = {
  label: "Staged values",
  staged: (count: number) => `${counted(count, "value", "values")} staged`,
  isStaged: "staged",
  notYet: "Nothing is written yet.",
  dropIt: () => "Drop it",
  dropAll: () => "Drop all",
  drop: "Drop",
  dropOne: (name: string) => `Drop ${name}`,
  review: "Review and write…",
  written: (count: number) => `${counted(count, "value", "values")} written`,
  overtaken: "A function wrote at the same moment: the history has what stood there before.",
  title: (count: number) => `Write ${counted(count, "value", "values")} as one edit`,
  write: (count: number) => `Write ${counted(count, "value", "values")}`,
  about:
    "Left: what is live. Right: what you are about to write: all of it or none, in one row of the entity's history. No function runs between them.",
  cleared: "is cleared",
  stage: "Stage with others",
  stageTitle: "Written later, together with other values of this entity",
};

export type StagedWords = typeof en;
