/**
 * The texts of what was refused or did not arrive. What the gateway says of a refusal is English already, so title and cure stay as they
 * were told; another language words them by their code. Neighbours: de.ts, use-problem-words.ts; ui/feedback/problem.ts reads a problem
 * from what was thrown.
 */
export const en = {
  title: (_code: string, told: string) => told,
  cure: (_code: string, told: string) => told,
  refused: "The gateway refused this",
  late: {
    title: (seconds: string) => `No answer in ${seconds} s`,
    detail: "The gateway took the request and has not answered it, or the browser could not send it.",
    cure: "Try again. If it stays, see whether the gateway is busy (its status strip above) and how many tabs of it are open.",
  },
  offline: {
    title: "The gateway does not answer",
    detail: "Nothing came back from the server, so what is shown may be old.",
    cure: "See that the gateway runs (npm start). This page tries again by itself.",
  },
  between: {
    title: (status: number) => `Something before the gateway refused this (HTTP ${status})`,
    detail: "The answer is not the gateway's own: a proxy on the way gave it.",
    cure: "See the proxy's log and its settings; docs/deploy.md has those that it needs.",
    tooLarge: "It is larger than a proxy on the way lets through; the gateway has not seen it.",
    tooLargeCure: "Raise the proxy's limit for bodies (nginx: client_max_body_size 0), or ask the gateway past the proxy.",
  },
  other: {
    title: "This did not work",
    cure: "Try again. If it stays, the raw text below says what the server answered.",
  },
};

export type ProblemWords = typeof en;
