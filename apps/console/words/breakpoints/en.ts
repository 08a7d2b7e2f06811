/** The texts of breakpoints. Neighbours: de.ts, use-breakpoints-words.ts. */
import { counted } from "../../format/numbers.ts";

export const en = {
  title: "Breakpoints",
  note: "Messages are held before their function gets them; they stay in their mailboxes, in order.",
  none: "None is set: nothing is held.",
  of: (place: string) => `Breakpoint ${place}`,
  setBy: (name: string) => `set by ${name}`,
  held: (count: number) => `, ${counted(count, "message", "messages")} held`,
  releasedIn: ", released in ",
  what: "Held entities",
  nothingYet: "Nothing has come yet.",
  onlyFitting: "only messages that fit ",
  unclear: (count: number) => ` ${counted(count, "entity is", "entities are")} held because that cannot be told: `,
  heldOf: (id: string) => `Held ${id}`,
  wait: (count: number) => counted(count, "message waits", "messages wait"),
  first: (sequence: number) => `First message #${sequence}`,
  state: (name: string) => `State ${name}`,
  ended: "Ended lately",
  where: (condition: string) => ` where ${condition}`,
  why: {
    released: (by: string) => `released by ${by}`,
    timeOver: "its time was over",
    full: "let everything go: it had to hold more than it may",
    restored: "ended with a restore: another state is in force",
  },
  banner: {
    title: "Breakpoint",
    holds: (messages: number, entities: number) =>
      `holds ${counted(messages, "message", "messages")} of ${counted(entities, "entity", "entities")}`,
    release: "Release",
    releaseOf: (place: string) => `Release ${place}`,
  },
  form: {
    label: "New breakpoint",
    functions: "Functions",
    functionsHint: "shop/cart or shop/*",
    id: "Id, or a prefix and *",
    everyId: "every id",
    fitting: "Only messages that fit",
    minutes: "Minutes",
    hold: "Hold messages",
  },
};

export type BreakpointsWords = typeof en;
