/** FailureView: why an attempt failed, with its cure. */
import { z } from "zod";

export const failureView = z.strictObject({
  code: z.string(),
  scope: z.enum(["down", "suspect", "entity", "shortage"]),
  message: z.string(),
  cure: z.string(),
  raw: z.string().nullable(),
});
export type FailureView = z.output<typeof failureView>;
