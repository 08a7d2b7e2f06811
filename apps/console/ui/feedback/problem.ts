/**
 * Problem: what an API error says (what, where, cure, raw), read from any thrown value. The tRPC error shape carries it in `data.problem`;
 * anything else becomes a problem with a cure of its own, so that no failure is shown as "no results".
 */
export interface Problem {
  code: string;
  title: string;
  detail: string;
  where: string | null;
  cure: string;
  raw: string | null;
  /** True when the gateway did not answer at all. */
  offline: boolean;
}

/** Parsed by hand, because this is in the frame of every page, and a schema library is not. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const lateAnswer = /no answer in ([\d.]+) s/;

function isOffline(message: string): boolean {
  return /failed to fetch|networkerror|load failed|fetch failed|unexpected end of json|not valid json|unable to transform/i.test(message);
}

function messageOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  return "message" in error && typeof error.message === "string" ? error.message : "";
}

export function problemOf(error: unknown): Problem {
  const data = fieldsOf(typeof error === "object" && error !== null && "data" in error ? error.data : undefined);
  if (typeof data["problem"] === "object" && data["problem"] !== null) {
    const problem = fieldsOf(data["problem"]);
    return {
      code: textOf(problem["code"]) ?? "UNKNOWN",
      title: textOf(problem["title"]) ?? "The gateway refused this",
      detail: textOf(problem["detail"]) ?? "",
      where: textOf(problem["where"]) ?? null,
      cure: textOf(problem["cure"]) ?? "",
      raw: null,
      offline: false,
    };
  }
  const message = messageOf(error);
  const late = lateAnswer.exec(message)?.[1];
  if (late !== undefined) {
    return {
      code: "NO_ANSWER",
      title: `No answer in ${late} s`,
      detail: "The gateway took the request and has not answered it, or the browser could not send it.",
      where: null,
      cure: "Try again. If it stays, see whether the gateway is busy (its status strip above) and how many tabs of it are open.",
      raw: message,
      offline: false,
    };
  }
  if (isOffline(message)) {
    return {
      code: "OFFLINE",
      title: "The gateway does not answer",
      detail: "Nothing came back from the server, so what is shown may be old.",
      where: null,
      cure: "See that the gateway runs (npm start). This page tries again by itself.",
      raw: message,
      offline: true,
    };
  }
  return {
    code: textOf(data["code"]) ?? "UNKNOWN",
    title: "This did not work",
    detail: message.slice(0, 300),
    where: null,
    cure: "Try again. If it stays, the raw text below says what the server answered.",
    raw: message,
    offline: false,
  };
}
