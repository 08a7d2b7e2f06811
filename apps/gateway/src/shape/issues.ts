/**
 * IssueList: collects what is wrong in one module, at most moduleIssuesMax, and returns it in order of place.
 */
import type { ModuleIssue } from "../contract/module/module-issue.ts";
import type { LinePosition } from "./line-position.ts";

export const moduleIssuesMax = 100;

/** Messages are cut to this length, because they quote the text, which may be one line of a megabyte. */
const messageCharactersMax = 500;

export class IssueList {
  private readonly issues: ModuleIssue[] = [];
  private errors = 0;

  error(position: LinePosition, message: string, suggestion?: string): void {
    this.errors += 1;
    this.add("error", position, { message, suggestion });
  }

  warning(position: LinePosition, message: string, suggestion?: string): void {
    this.add("warning", position, { message, suggestion });
  }

  get errorCount(): number {
    return this.errors;
  }

  sorted(): ModuleIssue[] {
    return this.issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  private add(severity: ModuleIssue["severity"], position: LinePosition, text: { message: string; suggestion: string | undefined }): void {
    if (this.issues.length >= moduleIssuesMax) return;
    this.issues.push({
      severity,
      message: cut(text.message),
      line: position.line,
      column: position.column,
      suggestion: text.suggestion ?? null,
    });
  }
}

function cut(message: string): string {
  return message.length <= messageCharactersMax ? message : `${message.slice(0, messageCharactersMax)}…`;
}
