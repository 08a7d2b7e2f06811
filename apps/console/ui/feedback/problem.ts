/**
 * Problem: what an API error says (what, where, cure, raw), read from any thrown value. The tRPC error shape carries it in
 * `data.problem`; anything else becomes a problem with a cure of its own, so that no failure is shown as "no results".
 */
import { z } from "zod";

export interface Problem {
  code: string;
  title: string;
  detail: string;
  where: string | null;
  cure: string;
  raw: string | null;
  /** The gateway did not answer at all. */
  offline: boolean;
}

const shape = z.object({
  data: z.object({
    problem: z.object({
      code: z.string().default("UNKNOWN"),
      title: z.string().default("The gateway refused this"),
      detail: z.string().nullish(),
      where: z.string().nullish(),
      cure: z.string().nullish(),
    }),
  }),
});

const coded = z.object({
  message: z.string().optional(),
  data: z.object({ code: z.string().optional(), httpStatus: z.number().optional() }).nullish(),
});

const lateAnswer = /no answer in ([\d.]+) s/;

function isOffline(message: string): boolean {
  return /failed to fetch|networkerror|load failed|fetch failed|unexpected end of json|not valid json|unable to transform/i.test(message);
}

export function problemOf(error: unknown): Problem {
  const known = shape.safeParse(error);
  if (known.success) {
    const { code, title, detail, where, cure } = known.data.data.problem;
    return { code, title, detail: detail ?? "", where: where ?? null, cure: cure ?? "", raw: null, offline: false };
  }
  const other = coded.safeParse(error);
  const message = other.success ? (other.data.message ?? "") : error instanceof Error ? error.message : String(error);
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
    code: (other.success ? other.data.data?.code : undefined) ?? "UNKNOWN",
    title: "This did not work",
    detail: message.slice(0, 300),
    where: null,
    cure: "Try again. If it stays, the raw text below says what the server answered.",
    raw: message,
    offline: false,
  };
}
