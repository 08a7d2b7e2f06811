/**
 * The answers of JetStream that this gateway goes by, no more of each than that. The library passes on what JSON came: a publication that
 * is answered with `{}` would count as stored.
 * Neighbour: nats-client.ts.
 */
import { z } from "zod";
import { readableAnswer } from "../readable-answer.ts";
import { NatsError } from "./nats-failure.ts";

export const streamInfo = z.object({ created: z.string().min(1), state: z.object({ first_seq: z.int(), last_seq: z.int() }) });
export const published = z.object({ stream: z.string().min(1), seq: z.int().positive() });

/** Throws a NatsError that says what is missing. */
export function answered<Shape extends z.ZodType>(shape: Shape, answer: unknown, where: string): z.output<Shape> {
  return readableAnswer(shape, answer, (detail) => new NatsError({ code: "UNREADABLE_SERVER", where, detail }));
}
