/** sendMany: one message many times with a counter in its id or its body, a bounded number of them under way. */
import { problemOf } from "../../contract/problem-of.ts";
import type { ServiceParts } from "../service-parts.ts";

const manyInFlightMax = 256;

export interface ManyMessages {
  readonly type: string;
  readonly id: string;
  readonly valueType: string;
  readonly text: string;
  readonly count: number;
  readonly counterIn: "id" | "body";
  readonly from: number;
}

export interface SentMany {
  accepted: number;
  firstTraceId: number | null;
  refusal: { code: string; title: string; detail: string; cure: string } | null;
}

/**
 * `{n}` is the counter, which starts at `from`. The first refusal ends it: it is returned with the number of accepted messages, or thrown
 * when there was none.
 */
export async function sendMany(
  { ingress, values }: Pick<ServiceParts, "ingress" | "values">,
  input: ManyMessages,
  signal: AbortSignal,
): Promise<SentMany> {
  let next = 1;
  let accepted = 0;
  let firstTraceId: number | null = null;
  let refused = false;
  let refusal: unknown;
  const sendNext = async (): Promise<void> => {
    while (next <= input.count && !refused && !signal.aborted) {
      const n = next;
      next += 1;
      const counted = (text: string): string => text.replaceAll("{n}", String(input.from + n - 1));
      try {
        const value = values.encode(input.valueType, input.counterIn === "body" ? counted(input.text) : input.text);
        const id = input.counterIn === "id" ? counted(input.id) : input.id;
        const { traceId } = await ingress.accept({ target: { type: input.type, id }, value });
        accepted += 1;
        if (n === 1) firstTraceId = traceId;
      } catch (error) {
        if (!refused) refusal = error;
        refused = true;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(manyInFlightMax, input.count) }, sendNext));
  if (!refused) return { accepted, firstTraceId, refusal: null };
  if (accepted === 0) throw refusal;
  const { code, title, detail, cure } = problemOf(refusal, "send.many");
  return { accepted, firstTraceId, refusal: { code, title, detail, cure } };
}
