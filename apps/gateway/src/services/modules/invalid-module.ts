/** invalidModule: the problem of a module whose text is refused, by its first error. Neighbour: modules-in-force.ts. */
import type { ModuleIssue } from "../../contract/module/module-issue.ts";
import { GatewayError } from "../../contract/problem.ts";

export function invalidModule(name: string, issues: readonly ModuleIssue[]): GatewayError {
  const errors = issues.filter((issue) => issue.severity === "error");
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return new GatewayError("INVALID_MODULE", {
    detail: first === undefined ? `Module ${name} is not valid.` : `${first.message}${more}`,
    where: first === undefined ? name : `${name}, line ${first.line}, column ${first.column}`,
    cure:
      first?.suggestion === null || first === undefined ? "Correct the module and apply it again." : `Did you mean ${first.suggestion}?`,
    issues,
  });
}
