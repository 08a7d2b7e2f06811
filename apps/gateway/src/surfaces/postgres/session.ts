/**
 * Session: one client of PostgreSQL after its login: simple and extended queries over the SQL operation. Neighbours: connection.ts reads
 * messages for it, statement.ts says what a statement is, dialect.ts rewrites it, answers.ts asks and writes the rows. Guarantee: each
 * message is answered as the protocol requires, also when it fails; what a session keeps is bounded and counted.
 */
import type { RequestBytes } from "../../listener/request-bytes.ts";
import { parametersIn, sqlTokens } from "../../sql/sql-tokens.ts";
import { oidOf } from "../../sql/postgres-types.ts";
import { Answers, rowShape, type Answer, type AskSql } from "./answers.ts";
import { clientMessage, type ClientMessage } from "./client-messages.ts";
import { rewrite, sqlCharactersMax, type Rewritten } from "./dialect.ts";
import { readValue } from "./read-value.ts";
import { serverMessages, type TransactionStatus } from "./server-messages.ts";
import type { SessionSettings } from "./session-settings.ts";
import { splitWire, statementOf, type Statement } from "./statement.ts";
import { Turn } from "./turn.ts";
import { fatal, refused, states, WireError, wireErrorOf } from "./wire-error.ts";
import type { WireMessage } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

export interface SessionParts {
  readonly writer: WireWriter;
  readonly settings: SessionSettings;
  readonly held: RequestBytes;
  readonly database: string;
  readonly user: string;
  ask: AskSql;
  unexpected(error: unknown): void;
}

interface Prepared {
  readonly sql: string;
  readonly statement: Statement;
  readonly parameters: number;
  /** 0 for a parameter whose type the client did not give. */
  types: readonly number[];
}

interface Portal {
  readonly prepared: Prepared;
  readonly rewritten: Rewritten;
  readonly formats: readonly number[];
  answer: Answer | undefined;
  /** How many rows were sent. */
  at: number;
}

const statementsMax = 1_000;
/** The protocol counts them in 16 bits. */
const parametersMax = 65_535;
const parameterBytes = 8;
const portalsMax = 100;
/** What a statement takes in memory beside its text. */
const statementOverheadBytes = 500;

export class Session {
  readonly #parts: SessionParts;
  readonly #answers: Answers;
  readonly #statements = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  #status: TransactionStatus = "I";
  #statementBytes = 0;
  /** Why the session answers nothing more. */
  #ended: WireError | undefined;
  /** True after an error: everything is skipped until the client sends Sync. */
  #passing = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#answers = new Answers({ ...parts, ended: () => this.#ended });
  }

  /** Cancels the running query. */
  cancel(): void {
    this.#answers.cancel();
  }

  /** Cancels the running query and drops kept answers. Every later message throws `why`. */
  end(why: WireError): void {
    this.#ended = why;
    this.cancel();
  }

  close(): void {
    this.cancel();
    this.#closePortals();
    this.#parts.held.give(this.#statementBytes);
    this.#statementBytes = 0;
    this.#statements.clear();
  }

  /** Handles a message. Returns false after Terminate; throws an error that must end the connection. */
  async take(raw: WireMessage): Promise<boolean> {
    if (this.#ended !== undefined) throw this.#ended;
    let asked: Rewritten | undefined;
    try {
      const message = clientMessage(raw);
      if (message.kind === "terminate") return false;
      if (message.kind === "unknown") throw fatal(states.protocolViolation, `no message begins with ${JSON.stringify(message.letter)}`);
      if (this.#passing && message.kind !== "sync") return true;
      await this.#serve(message, (rewritten) => {
        asked = rewritten;
      });
    } catch (error) {
      if (this.#ended !== undefined) throw this.#ended;
      if (error instanceof WireError && error.fields.severity === "FATAL") throw error;
      this.#failed(error, { asked, isSimple: raw.letter === "Q" });
    }
    if (raw.letter === "S" || raw.letter === "Q") this.#ready();
    if (raw.letter !== "P" && raw.letter !== "B") await this.#parts.writer.flush();
    return true;
  }

  #failed(error: unknown, { asked, isSimple }: { asked: Rewritten | undefined; isSimple: boolean }): void {
    this.#parts.writer.add(serverMessages.error(wireErrorOf(error, asked, this.#parts.unexpected)));
    if (this.#status === "T") this.#status = "E";
    this.#passing = !isSimple;
  }

  /** Outside a transaction no portal is kept. */
  #ready(): void {
    if (this.#status === "I") this.#closePortals();
    this.#parts.writer.add(serverMessages.ready(this.#status));
  }

  async #serve(message: ClientMessage, asking: (rewritten: Rewritten) => void): Promise<void> {
    const { writer } = this.#parts;
    switch (message.kind) {
      case "query":
        return await this.#simple(message.sql, asking);
      case "parse":
        this.#prepare(message);
        return writer.add(serverMessages.parseDone());
      case "bind":
        this.#bind(message);
        return writer.add(serverMessages.bindDone());
      case "describe":
        return message.what === "statement" ? await this.#describe(message.name, asking) : await this.#describePortal(message.name, asking);
      case "execute":
        return await this.#execute(message, asking);
      case "close":
        if (message.what === "statement") this.#forget(message.name);
        else this.#closePortal(message.name);
        return writer.add(serverMessages.closeDone());
      case "sync":
        this.#passing = false;
        return;
      case "flush":
      case "copy":
      case "terminate":
      case "unknown":
        return;
    }
  }

  async #simple(sql: string, asking: (rewritten: Rewritten) => void): Promise<void> {
    this.#forget("");
    this.#closePortal("");
    const parts = splitWire(shortEnough(sql));
    if (parts.length === 0) this.#parts.writer.add(serverMessages.emptyQuery());
    const turn = new Turn();
    for (const part of parts) {
      await turn.passed();
      if (this.#ended !== undefined) throw this.#ended;
      const rewritten = this.#rewrite(part, () => undefined);
      asking(within(rewritten, sql, part));
      const answer = await this.#do(statementOf(part), rewritten);
      if (answer === undefined) continue;
      this.#parts.writer.add(serverMessages.rowShape(rowShape(answer, [])));
      await this.#answers.rows(answer, { formats: [], from: 0, rowsMax: 0 });
      this.#answers.release(answer);
    }
  }

  #prepare({ statement, sql, types }: Extract<ClientMessage, { kind: "parse" }>): void {
    if (statement !== "" && this.#statements.has(statement))
      throw refused("42P05", `there is a statement ${statement.slice(0, 60)} already`);
    if (splitWire(shortEnough(sql)).length > 1) throw refused(states.syntax, "a prepared statement is one statement");
    this.#forget(statement);
    const parameters = Math.max(parametersIn(sqlTokens(sql)), types.length);
    if (parameters > parametersMax) throw refused("54023", `a statement has at most ${parametersMax} parameters`);
    const bytes = bytesOf(sql, parameters);
    if (this.#statements.size >= statementsMax) throw refused(states.outOfMemory, `a connection keeps ${statementsMax} statements`);
    if (!this.#parts.held.take(bytes)) throw refused(states.outOfMemory, "there is no room for a statement");
    this.#statementBytes += bytes;
    const all = Array.from({ length: parameters }, (_, at) => types[at] ?? 0);
    this.#statements.set(statement, { sql, statement: statementOf(sql), parameters, types: all });
  }

  #bind({ portal, statement, formats, values, resultFormats }: Extract<ClientMessage, { kind: "bind" }>): void {
    const prepared = this.#prepared(statement);
    if (values.length !== prepared.parameters)
      throw refused(states.protocolViolation, `the statement has ${prepared.parameters} parameters, and ${values.length} came`);
    if (portal !== "" && this.#portals.has(portal)) throw refused("42P03", `there is a portal ${portal.slice(0, 60)} already`);
    this.#closePortal(portal);
    if (this.#portals.size >= portalsMax) throw refused(states.outOfMemory, `a connection keeps ${portalsMax} portals`);
    const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    // Parameters become part of the statement, so their size is checked before the work of converting them.
    if (bytes > sqlCharactersMax)
      throw refused("54000", `a statement has at most ${sqlCharactersMax} characters, and so have its parameters`);
    const literals = values.map((value, at) => readValue(value, prepared.types[at] ?? 0, formatOf(formats, at)));
    const rewritten = this.#rewrite(prepared.sql, (parameter) => literals[parameter - 1]);
    if (!this.#parts.held.take(rewritten.heldBytes)) throw refused(states.outOfMemory, "there is no room for a portal");
    this.#portals.set(portal, { prepared, rewritten, formats: resultFormats, answer: undefined, at: 0 });
  }

  /** Asks for the columns of the query without reading any rows. */
  async #describe(name: string, asking: (rewritten: Rewritten) => void): Promise<void> {
    const { writer } = this.#parts;
    const prepared = this.#prepared(name);
    if (prepared.statement.kind !== "query") {
      writer.add(serverMessages.parameterTypes(prepared.types));
      const shown = prepared.statement.kind === "show" ? this.#show(prepared.statement.name) : undefined;
      return writer.add(shown === undefined ? serverMessages.noData() : serverMessages.rowShape(rowShape(shown, [])));
    }
    const rewritten = this.#rewrite(prepared.sql, () => undefined);
    asking(rewritten);
    const { columns, parameters } = await this.#answers.explain(rewritten.sql);
    prepared.types = prepared.types.map((type, at) => (type === 0 ? oidOf(parameters[at] ?? "VARCHAR") : type));
    writer.add(serverMessages.parameterTypes(prepared.types));
    writer.add(columns.length === 0 ? serverMessages.noData() : serverMessages.rowShape(rowShape({ columns }, [])));
  }

  /** The columns of a portal are known once it has run. */
  async #describePortal(name: string, asking: (rewritten: Rewritten) => void): Promise<void> {
    const portal = this.#portal(name);
    const { kind } = portal.prepared.statement;
    if (kind === "query" || kind === "show") {
      asking(portal.rewritten);
      portal.answer ??= await this.#do(portal.prepared.statement, portal.rewritten);
    }
    const { answer, formats } = portal;
    this.#parts.writer.add(answer === undefined ? serverMessages.noData() : serverMessages.rowShape(rowShape(answer, formats)));
  }

  async #execute({ portal: name, rowsMax }: Extract<ClientMessage, { kind: "execute" }>, asking: (rewritten: Rewritten) => void) {
    const portal = this.#portal(name);
    asking(portal.rewritten);
    portal.answer ??= await this.#do(portal.prepared.statement, portal.rewritten);
    if (portal.answer === undefined) return;
    portal.at = await this.#answers.rows(portal.answer, { formats: portal.formats, from: portal.at, rowsMax });
  }

  /** undefined when the statement has no rows; it is then done and answered. */
  async #do(statement: Statement, rewritten: Rewritten): Promise<Answer | undefined> {
    const { writer, settings } = this.#parts;
    if (this.#status === "E" && statement.kind !== "end" && statement.kind !== "rollback")
      throw refused(states.failedTransaction, "the transaction failed: nothing is done until its end", "Say ROLLBACK.");
    switch (statement.kind) {
      case "query":
        return await this.#answers.query(rewritten.sql);
      case "show":
        return this.#show(statement.name);
      case "set": {
        const told = settings.set(statement.name, statement.value);
        if (told !== undefined) writer.add(serverMessages.parameter(...told));
        break;
      }
      case "begin":
        this.#status = "T";
        break;
      case "end":
      case "rollback": {
        const tag = this.#status === "E" ? "ROLLBACK" : statement.tag;
        this.#status = "I";
        this.#closePortals();
        writer.add(serverMessages.commandDone(tag));
        return undefined;
      }
      case "deallocate":
        this.#deallocate(statement.name);
        break;
      case "empty":
        writer.add(serverMessages.emptyQuery());
        return undefined;
      case "write":
        throw refused(states.readOnly, `${statement.word} is not possible: all is read-only here`, "Entities change by messages.");
      case "absent":
        throw refused(states.notSupported, `there is no ${statement.word} here`, statement.cure);
      case "nothing":
        break;
    }
    writer.add(serverMessages.commandDone(statement.kind === "deallocate" ? "DEALLOCATE" : statement.tag));
    return undefined;
  }

  #show(name: string): Answer {
    const { settings } = this.#parts;
    const texts = (...names: string[]) => names.map((column) => ({ name: column, type: "VARCHAR" }));
    if (name === "all") return this.#answers.made(texts("name", "setting"), settings.all());
    const value = settings.get(name);
    if (value === undefined) throw refused("42704", `there is no setting ${name.slice(0, 100)}`, "SHOW ALL lists them.");
    return this.#answers.made(texts(name), [[value]]);
  }

  #rewrite(sql: string, value: (parameter: number) => string | undefined): Rewritten {
    const { database, user, settings } = this.#parts;
    return rewrite(sql, { value, database, user, setting: (name) => settings.get(name) });
  }

  #prepared(name: string): Prepared {
    const found = this.#statements.get(name);
    if (found === undefined) throw refused(states.unknownStatement, `there is no statement ${JSON.stringify(name.slice(0, 60))}`);
    return found;
  }

  #portal(name: string): Portal {
    const found = this.#portals.get(name);
    if (found === undefined) throw refused(states.unknownPortal, `there is no portal ${JSON.stringify(name.slice(0, 60))}`);
    return found;
  }

  #deallocate(name: string | undefined): void {
    if (name !== undefined) this.#prepared(name);
    for (const one of name === undefined ? [...this.#statements.keys()] : [name]) this.#forget(one);
  }

  #forget(name: string): void {
    const found = this.#statements.get(name);
    if (found === undefined || !this.#statements.delete(name)) return;
    const bytes = bytesOf(found.sql, found.parameters);
    this.#statementBytes -= bytes;
    this.#parts.held.give(bytes);
  }

  #closePortal(name: string): void {
    const found = this.#portals.get(name);
    if (found === undefined) return;
    if (found.answer !== undefined) this.#answers.release(found.answer);
    this.#parts.held.give(found.rewritten.heldBytes);
    this.#portals.delete(name);
  }

  #closePortals(): void {
    for (const name of this.#portals.keys()) this.#closePortal(name);
  }
}

/** What a prepared statement takes: its text, and a type for each parameter. */
function bytesOf(sql: string, parameters: number): number {
  return sql.length * 2 + parameters * parameterBytes + statementOverheadBytes;
}

function shortEnough(sql: string): string {
  if (sql.length <= sqlCharactersMax) return sql;
  throw refused("54000", `a statement has at most ${sqlCharactersMax} characters`);
}

/** A single format applies to all columns. */
function formatOf(formats: readonly number[], at: number): number {
  return (formats.length === 1 ? formats[0] : formats[at]) ?? 0;
}

/** Positions count from the beginning of everything that was sent. */
function within(rewritten: Rewritten, sql: string, part: string): Rewritten {
  const from = sql.indexOf(part);
  return {
    ...rewritten,
    placeOf: (at) => {
      const place = rewritten.placeOf(at);
      return place === undefined ? undefined : place + from;
    },
  };
}
