/** The texts of the first steps in English. Neighbours: de.ts, use-guide-words.ts. They are loaded with the steps, by nobody else. */
export const en = {
  title: "From nothing to a trace, in a minute",
  about:
    "Signalbox keeps the state of entities, carries the messages between them and calls the functions that hold your logic. Three steps show it; each ticks itself off.",
  steps: "First steps",
  progress: (done: number, all: number) => `${done} of ${all}`,
  register: {
    title: "Register functions",
    about: "The demo brings a small shop with traffic of its own. Or give the URL of a service that speaks the StateFun protocol.",
    demo: "Start the demo",
    own: "Register an endpoint",
  },
  message: {
    title: "Send a message",
    about: "The demo sends by itself; yours goes to any entity of a registered type.",
    act: "Send a message",
    orCurl: "Or from any HTTP client:",
    copy: "Copy the command",
  },
  trace: {
    title: "Open its trace",
    about: "All that followed from one message, with the state before and after every step.",
    act: "Open the newest trace",
    none: "There is a trace once a message was sent.",
  },
  done: "done",
  allDone: "That is the whole way of a message. ? lists the keys, the timeline below leads back in time.",
  close: "Close the first steps",
};

export type GuideWords = typeof en;
