/** What a person may do with an entity, in English; several pages have these levers. Neighbours: de.ts, use-entity-acts-words.ts. */
import { counting } from "../counting.ts";

const counted = counting("en");

export const en = {
  done: { retry: "Tried again", pause: "Paused", resume: "Resumed", discard: "Head message discarded" },
  retry: "Retry now",
  resume: "Resume",
  pause: "Pause",
  editAndRetry: "Edit and retry…",
  edit: "Edit head message…",
  discard: "Discard head message…",
  /** As the palette has them: one page may show several entities. */
  of: {
    retry: (id: string) => `Retry ${id} now`,
    resume: (id: string) => `Resume ${id}`,
    pause: (id: string) => `Pause ${id}`,
    edit: (id: string) => `Edit the head message of ${id}…`,
    discard: (id: string) => `Discard the head message of ${id}…`,
  },
  editTitle: (sequence: number) => `Edit head message #${sequence}`,
  replaceAndRetry: "Replace it and retry",
  replace: "Replace the head message",
  letThrough: "One message let through",
  notLetThrough: "Not let through",
  letOneThrough: "Let one through",
  edited: "Head message edited",
  editedAbout: "It is tried again when the entity is.",
  discarding: {
    title: "Discard the head message",
    confirm: "Discard this message",
    about: "The message below is gone for good and its effects never happen.",
    behind: (count: number) => `The ${counted(count, "message", "messages")} behind it stay in order and are tried next.`,
    noneBehind: "The mailbox is empty after it.",
  },
};

export type EntityActsWords = typeof en;
