/**
 * Problem: what an API error says (what, where, cure, raw), read from any thrown value. The tRPC error shape carries it in `data.problem`;
 * anything else becomes a problem with a cure of its own, so that no failure is shown as "no results". What is shown is read with the words
 * of the browser's language (use-problem.ts); who asks for the code alone needs none.
 */
import { en, type ProblemWords } from "../../words/problems/en.ts";

export interface Problem {
  code: string;
  title: string;
  detail: string;
  where: string | null;
  cure: string;
  raw: string | null;
  /** True when the gateway did not answer at all. */
  offline: boolean;
  /** The gateway's own words, or those of whoever threw: English, whatever the page speaks. */
  told: boolean;
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

/** Statuses by which a proxy says that it found no gateway behind it. */
const nobodyBehind: ReadonlySet<number> = new Set([502, 503, 504]);

/** The status of an answer that is not the gateway's, from which tRPC or send-file.ts could read no JSON; a proxy gives such. */
function foreignStatus(error: unknown): number | undefined {
  const { meta } = fieldsOf(typeof error === "object" && error !== null && "meta" in error ? { meta: error.meta } : undefined);
  const response = typeof meta === "object" && meta !== null && "response" in meta ? meta.response : undefined;
  const status = typeof response === "object" && response !== null && "status" in response ? response.status : undefined;
  return typeof status === "number" && status >= 400 && !nobodyBehind.has(status) ? status : undefined;
}

export function problemOf(error: unknown, words: ProblemWords = en): Problem {
  const data = fieldsOf(typeof error === "object" && error !== null && "data" in error ? error.data : undefined);
  if (typeof data["problem"] === "object" && data["problem"] !== null) {
    const problem = fieldsOf(data["problem"]);
    const code = textOf(problem["code"]) ?? "UNKNOWN";
    return {
      code,
      title: words.title(code, textOf(problem["title"]) ?? words.refused),
      detail: textOf(problem["detail"]) ?? "",
      where: textOf(problem["where"]) ?? null,
      cure: words.cure(code, textOf(problem["cure"]) ?? ""),
      raw: null,
      offline: false,
      told: true,
    };
  }
  const message = messageOf(error);
  const between = foreignStatus(error);
  if (between !== undefined && isOffline(message)) {
    return {
      code: "FOREIGN_ANSWER",
      title: words.between.title(between),
      detail: between === 413 ? words.between.tooLarge : words.between.detail,
      where: null,
      cure: between === 413 ? words.between.tooLargeCure : words.between.cure,
      raw: message,
      offline: false,
      told: false,
    };
  }
  const late = lateAnswer.exec(message)?.[1];
  if (late !== undefined) {
    return {
      code: "NO_ANSWER",
      title: words.late.title(late),
      detail: words.late.detail,
      where: null,
      cure: words.late.cure,
      raw: message,
      offline: false,
      told: false,
    };
  }
  if (isOffline(message)) {
    return {
      code: "OFFLINE",
      ...words.offline,
      where: null,
      raw: message,
      offline: true,
      told: false,
    };
  }
  return {
    code: textOf(data["code"]) ?? "UNKNOWN",
    ...words.other,
    detail: message.slice(0, 300),
    where: null,
    raw: message,
    offline: false,
    told: true,
  };
}
