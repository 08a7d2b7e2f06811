/** The texts of what few see: trouble, the past, the palette, one's password. Neighbours: de.ts, use-notices-words.ts. */
export const en = {
  health: {
    label: "Engine health",
    since: (time: string) => `since ${time}`,
    for: (time: string) => `for ${time}`,
    whatToDo: "What to do:",
    titles: {
      DISK_FULL: "The disk is full",
      DISK_READ_ONLY: "The disk is read-only",
      STORE_FAILED: "The disk does not take writes",
      DATA_CORRUPT: "The store is damaged",
      CLUSTER_UNREACHABLE: "The Flink cluster does not answer",
      CLUSTER_REFUSED: "The Flink cluster refuses the functions",
      stopped: "The engine has stopped",
    },
    means: {
      "store-failed": "New messages and changes are refused. Everything acknowledged is safe and can be read here.",
      "cluster-failed": "Functions do not run. What is sent is accepted, kept and waits.",
      stopped: "Nothing runs and nothing is accepted. What was acknowledged before is on the disk.",
    },
  },
  past: {
    label: "What this page knows of the past",
    asOf: (time: string) => `▲ As of ${time}.`,
    notThen: "▲ Not of then.",
    pages: {
      "/": "Charts and the strip show then; the lists beside them show now.",
      "/flow": "Recorded messages move again; boxes stand where they stand now. What waited then is not known.",
      "/entities": "The list is of now, and what came since is in it; an entity that you open is as of then.",
      "/entities/x": "State and history are of then, as far as the journal tells.",
      "/functions": "Types show the numbers of that minute; endpoints and limits show now.",
      "/failures": "Counts and parked entities of the ten minutes before; causes are grouped for now only.",
      other: "This page shows now: what it was then is not kept for it.",
    },
  },
  palette: {
    placeholder: "A page, an action, a type, type/id, a trace number, the docs…",
    none: "No page, action, type or section of the docs has that name. An entity is written",
    openEntity: "open the entity",
    openTrace: "open the trace",
    pages: "Pages",
    types: "Function types",
    inFlow: "in the flow",
    onPage: "On this page",
    docs: "Docs",
    actions: "Actions",
    send: "Send a message",
    copyLink: "Copy link to this view",
    linkCopied: "Link copied",
    copyCli: "Copy as CLI",
    cliCopied: "The command is copied",
    turnTheme: "Turn the theme",
    nowTheme: (theme: string) => `now ${theme}`,
    shortcuts: "Show shortcuts",
  },
  docs: {
    back: "Back to the search",
    text: "Text of the section",
    loading: "Loading the section",
    what: "The docs",
    empty: "This heading has no text of its own: the sections below it have.",
  },
  taken: {
    youAre: (name: string) => `You are ${name} now`,
    changed: "Your roles were changed",
    about: "What was open here is closed, and what was not done yet is not done.",
    understood: "Understood",
    none: "You have no role any more.",
    roles: (roles: string) => `Your roles: ${roles}.`,
  },
  password: {
    title: "Change your password",
    about: (least: number) => `At least ${least} characters. Your other sessions end; this one goes on.`,
    change: "Change it",
    done: "Done",
    current: "The password that you have",
    new: "A new one",
    again: "The new one again",
    isNew: "Your password is the new one.",
    problems: {
      current: "Write the password that you have.",
      least: (least: number) => `Write at least ${least} characters.`,
      same: "That is the one you have.",
      differ: "The two are not the same.",
    },
    ended: (sessions: number) =>
      sessions === 0
        ? "You have no other session."
        : sessions === 1
          ? "Your other session was ended."
          : `Your ${sessions} other sessions were ended.`,
  },
};

export type NoticesWords = typeof en;
