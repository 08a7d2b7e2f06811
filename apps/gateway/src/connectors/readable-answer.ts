/**
 * readableAnswer: the answer of a service in the shape that a connector reads. Libraries pass on whatever JSON came, and an answer of
 * another shape must never count as success. Neighbours: kinesis/kinesis-answers.ts and nats/nats-answers.ts have the shapes.
 */
import type { z } from "zod";

/** Throws what `refused` makes of the first field that does not fit. */
export function readableAnswer<Shape extends z.ZodType>(
  shape: Shape,
  answer: unknown,
  refused: (detail: string) => Error,
): z.output<Shape> {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.join(".");
  throw refused(`${place}: ${issue?.message ?? "is another"}`);
}
