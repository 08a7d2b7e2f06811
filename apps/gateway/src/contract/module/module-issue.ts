/** ModuleIssue: what is wrong in a module, and where. */
import { z } from "zod";

export const moduleIssue = z.strictObject({
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  line: z.number(),
  column: z.number(),
  suggestion: z.string().nullable(),
});
export type ModuleIssue = z.output<typeof moduleIssue>;
