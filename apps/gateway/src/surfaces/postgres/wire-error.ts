/**
 * WireError: an error as PostgreSQL's clients get it: severity, SQLSTATE, message, hint and the place in the text. Neighbours: session.ts
 * and connection.ts answer with it; dialect.ts says where a place in the rewritten text was in the client's.
 */
import { problemOf } from "../../contract/problem-of.ts";

/** The statement that was asked, and where a place in it was in the client's text. */
interface Places {
  readonly sql: string;
  placeOf(at: number): number | undefined;
}

export interface WireErrorFields {
  readonly severity: "ERROR" | "FATAL";
  /** SQLSTATE. */
  readonly state: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The position in characters, from 1. */
  readonly position?: number | undefined;
}

export class WireError extends Error {
  readonly fields: WireErrorFields;

  constructor(fields: WireErrorFields) {
    super(fields.message);
    this.name = "WireError";
    this.fields = fields;
  }
}

/** An error that ends the connection. */
export function fatal(state: string, message: string, hint?: string): WireError {
  return new WireError({ severity: "FATAL", state, message, hint });
}

export function refused(state: string, message: string, hint?: string): WireError {
  return new WireError({ severity: "ERROR", state, message, hint });
}

export const states = {
  protocolViolation: "08P01",
  notSupported: "0A000",
  invalidLogin: "28P01",
  notLoggedIn: "28000",
  readOnly: "25006",
  failedTransaction: "25P02",
  syntax: "42601",
  unknownStatement: "26000",
  unknownPortal: "34000",
  forbidden: "42501",
  invalidValue: "22023",
  tooManyConnections: "53300",
  outOfMemory: "53200",
  cancelled: "57014",
  shuttingDown: "57P01",
  idle: "57P05",
  internal: "XX000",
} as const;

const stateByCode: Readonly<Record<string, string>> = {
  FORBIDDEN: states.forbidden,
  UNAUTHENTICATED: states.notLoggedIn,
  SQL_TOO_MUCH: states.cancelled,
  SQL_BUSY: states.tooManyConnections,
  SQL_NOT_INSTALLED: states.notSupported,
  INVALID_REQUEST: states.invalidValue,
  REQUESTS_TOO_LARGE: states.outOfMemory,
  TOO_MANY_ATTEMPTS: states.tooManyConnections,
};

/** DuckDB's kinds of errors, the first that fits. */
const stateByText: readonly (readonly [RegExp, string])[] = [
  [/is not run: only one that reads is/, states.readOnly],
  [/^Parser Error/, states.syntax],
  [/^Catalog Error: Table (Function )?with name/, "42P01"],
  [/^Catalog Error: .*Function with name/, "42883"],
  [/^Catalog Error: (Type|Schema) with name/, "42704"],
  [/^Binder Error: .*(column|Values list).*not (found|have)/, "42703"],
  [/^Binder Error: .*(candidate function|matches the given name and argument types)/, "42883"],
  [/^Binder Error/, "42P10"],
  [/^Conversion Error: Type .*out of range|^Out of Range Error/, "22003"],
  [/^Conversion Error/, "22P02"],
  [/^Invalid Input Error/, states.invalidValue],
  [/^Permission Error/, states.forbidden],
  [/^Not implemented Error/, states.notSupported],
];

/** Turns what a statement threw into a WireError; `unexpected` is called with errors that are not expected. */
export function wireErrorOf(error: unknown, asked: Places | undefined, unexpected: (error: unknown) => void): WireErrorFields {
  if (error instanceof WireError) return error.fields;
  const { code, detail, cure } = problemOf(error, "postgres");
  if (code === "INTERNAL") unexpected(error);
  if (code !== "SQL_REFUSED") return { severity: "ERROR", state: stateByCode[code] ?? states.internal, message: detail, hint: cure };
  const state = stateByText.find(([pattern]) => pattern.test(detail))?.[1] ?? states.internal;
  const { message, position } = placeIn(detail, asked);
  return { severity: "ERROR", state, message, hint: cure, position };
}

/** DuckDB ends its message with the line and a caret below the place. */
function placeIn(detail: string, asked: Places | undefined): { message: string; position?: number } {
  const found = /\n\n(LINE (\d+): )(.*)\n( *)\^\s*$/.exec(detail);
  if (found === null) return { message: detail };
  const [whole, head = "", line = "", excerpt = "", indent = ""] = found;
  const message = detail.slice(0, -whole.length);
  if (asked === undefined) return { message };
  const lines = asked.sql.split("\n");
  const lineAt = lines.slice(0, Number(line) - 1).reduce((at, text) => at + text.length + 1, 0);
  const isCut = excerpt.startsWith("...");
  const core = excerpt.slice(isCut ? 3 : 0, excerpt.endsWith("...") ? -3 : undefined);
  const begins = isCut ? (lines[Number(line) - 1] ?? "").indexOf(core) : 0;
  if (begins < 0) return { message };
  const column = begins + indent.length - head.length - (isCut ? 3 : 0);
  const original = asked.placeOf(lineAt + column);
  return original === undefined ? { message } : { message, position: original + 1 };
}
