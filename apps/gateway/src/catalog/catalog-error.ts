/**
 * CatalogError: why the catalog could not do its work, in words for the person at the terminal: what, where and the cure.
 */
export const catalogErrorCodes = [
  "DATABASE_URL_INVALID",
  "DATABASE_UNREACHABLE",
  "DATABASE_DAMAGED",
  "DATABASE_MISSING",
  "DATABASE_FULL",
  "DATABASE_READ_ONLY",
  "DATABASE_FORBIDDEN",
  "DATABASE_FAILED",
  "MIGRATION_EDITED",
  "MIGRATION_UNKNOWN",
  "MIGRATION_FAILED",
  "MIGRATION_LOCKED",
] as const;
export type CatalogErrorCode = (typeof catalogErrorCodes)[number];

export class CatalogError extends Error {
  readonly code: CatalogErrorCode;
  readonly cure: string;
  /** What happened, without the cure that the message ends with. */
  readonly what: string;

  constructor(code: CatalogErrorCode, text: { readonly message: string; readonly cure: string; readonly cause?: unknown }) {
    super(`${text.message} ${text.cure}`, { cause: text.cause });
    this.name = "CatalogError";
    this.code = code;
    this.what = text.message;
    this.cure = text.cure;
  }
}
