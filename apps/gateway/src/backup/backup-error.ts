/**
 * BackupError: why a start cannot begin from a backup; start-problem.ts prints it at the terminal.
 */
export class BackupError extends Error {
  readonly place: string;
  readonly cure: string;

  constructor(message: string, { place, cure, cause }: { readonly place: string; readonly cure: string; readonly cause?: unknown }) {
    super(message, { cause });
    this.name = "BackupError";
    this.place = place;
    this.cure = cure;
  }
}
