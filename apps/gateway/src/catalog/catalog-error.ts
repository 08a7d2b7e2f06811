/**
 * CatalogError: why the catalog could not do its work, in words for the person at the terminal: what failed, where, and how to cure it.
 */
import { Refusal, type CatalogErrorCode } from "../contract/problem.ts";

export class CatalogError extends Refusal {
  readonly code: CatalogErrorCode;

  constructor(code: CatalogErrorCode, text: { readonly message: string; readonly cure: string; readonly cause?: unknown }) {
    super(`${text.message} ${text.cure}`, { detail: text.message, cure: text.cure, cause: text.cause });
    this.name = "CatalogError";
    this.code = code;
  }
}
