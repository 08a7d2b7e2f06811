/**
 * serveConnection: one client of PostgreSQL from its first byte to its end: TLS, the login, then message by message (session.ts).
 * Neighbours: postgres-server.ts accepts, identity/ says whether somebody has to sign in and who has which token. Guarantee: a client can
 * at most end its own connection; before the login it has little time and memory; the connection ends when its credential ends.
 */
import type { Duplex } from "node:stream";
import type { Principal } from "../../contract/principal.ts";
import { beginScram } from "../../identity/scram.ts";
import { credentialOver, type Watched } from "../../identity/standing.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import type { AskSql } from "./answers.ts";
import { Body, startParameters } from "./client-messages.ts";
import { serverMessages } from "./server-messages.ts";
import { Session } from "./session.ts";
import { SessionSettings } from "./session-settings.ts";
import { Turn } from "./turn.ts";
import { fatal, states, WireError, wireErrorOf } from "./wire-error.ts";
import { WireReader, type WireMessage } from "./wire-reader.ts";
import { WireWriter } from "./wire-writer.ts";

export interface TokenLogin {
  /** The token's hash in the catalog. */
  readonly hash: string;
  readonly scram: string;
}

export interface WireIdentity {
  readonly loginRequired: boolean;
  /** Finds a token by its name or its id. */
  tokenLogin(name: string): Promise<TokenLogin | undefined>;
  /** For undefined, the principal of a client that has not signed in. */
  principalOf(login: TokenLogin | undefined): Principal | Promise<Principal>;
  /** Its signal aborts when the credential ends. */
  watch(credential: string): Watched;
}

export interface ConnectionParts {
  readonly identity: WireIdentity;
  readonly held: RequestBytes;
  /** Starts TLS on a socket; absent when there is none. The decrypted stream is served as a secure connection. */
  readonly startTls?: ((socket: Duplex) => void) | undefined;
  ask(principal: Principal): AskSql;
  /** Registers how to cancel the running query, until `forget` is called. */
  remember(cancel: () => void): { readonly id: number; readonly secret: number; forget(): void };
  cancel(id: number, secret: number): void;
  unexpected(error: unknown): void;
}

const startMsMax = 30_000;
const idleMsMax = 60 * 60_000;
const protocol = { tls: 80_877_103, gss: 80_877_104, cancel: 80_877_102 };
/** How many requests may come before the startup message; each kind once. */
const askedBeforeMax = 4;
const tlsHandshake = 0x16;

export async function serveConnection(socket: Duplex, parts: ConnectionParts, secure: boolean): Promise<void> {
  const reader = new WireReader(socket);
  const writer = new WireWriter(socket);
  const late = setTimeout(() => socket.destroy(), startMsMax);
  socket.once("close", () => clearTimeout(late));
  try {
    const start = await started({ socket, reader, writer, secure }, parts);
    if (start === "elsewhere") return clearTimeout(late);
    if (start !== undefined) {
      const session = await opened(start, { reader, writer, parts });
      clearTimeout(late);
      if (session !== undefined) await talk(session, { socket, reader, writer });
    }
  } catch (error) {
    writer.add(serverMessages.error({ ...wireErrorOf(error, undefined, parts.unexpected), severity: "FATAL" }));
    await writer.flush();
  }
  socket.end();
  // A client that does not read the answer is cut off.
  setTimeout(() => socket.destroy(), 5_000).unref();
}

interface Beginning {
  readonly socket: Duplex;
  readonly reader: WireReader;
  readonly writer: WireWriter;
  readonly secure: boolean;
}

/**
 * Resolves with the parameters of the startup message. Undefined when the client wanted something else, which is done; "elsewhere" when it
 * goes on over TLS.
 */
async function started(
  { socket, reader, writer, secure }: Beginning,
  parts: ConnectionParts,
): Promise<ReadonlyMap<string, string> | "elsewhere" | undefined> {
  const { startTls } = parts;
  const first = await reader.peek(1);
  if (first?.[0] === tlsHandshake && startTls !== undefined && !secure) {
    socket.unshift(reader.release());
    startTls(socket);
    return "elsewhere";
  }
  for (let asked = 0; asked < askedBeforeMax; asked++) {
    const message = await reader.start();
    if (message === undefined) return undefined;
    const body = new Body(message.body);
    const code = body.int32();
    if (code === protocol.cancel) {
      parts.cancel(body.int32(), body.int32());
      return undefined;
    }
    if (code !== protocol.tls && code !== protocol.gss)
      return versionChecked(code, body.rest, { writer, mustBeSecure: startTls !== undefined && !secure });
    const yes = code === protocol.tls && startTls !== undefined && !secure;
    socket.write(yes ? "S" : "N");
    if (!yes || startTls === undefined) continue;
    // Bytes from before the handshake would count as encrypted, so they end the connection.
    if (reader.release().length > 0)
      throw fatal(states.protocolViolation, "nothing may be sent between the word for TLS and its handshake");
    startTls(socket);
    return "elsewhere";
  }
  throw fatal(states.protocolViolation, "too many questions before the start");
}

function versionChecked(
  code: number,
  rest: Buffer,
  { writer, mustBeSecure }: { writer: WireWriter; mustBeSecure: boolean },
): ReadonlyMap<string, string> {
  if (code >> 16 !== 3) throw fatal(states.notSupported, `version ${code >> 16}.${code & 0xffff} of the protocol is not spoken: 3.0 is`);
  if (mustBeSecure) throw fatal(states.notLoggedIn, "this gateway wants TLS", "Connect with sslmode=require.");
  const given = startParameters(rest);
  const unknown = [...given.keys()].filter((name) => name.startsWith("_pq_."));
  if ((code & 0xffff) > 0 || unknown.length > 0) writer.add(serverMessages.negotiated(unknown));
  return given;
}

async function opened(
  start: ReadonlyMap<string, string>,
  { reader, writer, parts }: { reader: WireReader; writer: WireWriter; parts: ConnectionParts },
): Promise<Opened | undefined> {
  const user = start.get("user") ?? "";
  if (user === "") throw fatal(states.notLoggedIn, "the start names no user", "Name the token by which you sign in.");
  if ((start.get("replication") ?? "false") !== "false") throw fatal(states.notSupported, "there is no replication here");
  const settings = new SessionSettings();
  for (const [name, value] of start)
    if (!["user", "database", "options", "replication"].includes(name) && !name.startsWith("_pq_."))
      settings.set(name.toLowerCase(), value);
  const { identity } = parts;
  let login: SignedIn | undefined;
  if (identity.loginRequired) {
    login = await signedIn(user, { reader, writer, identity });
    if (login === undefined) return undefined;
  }
  writer.add(serverMessages.authenticationOk());
  for (const [name, value] of settings.reported()) writer.add(serverMessages.parameter(name, value));
  const session = new Session({
    writer,
    settings,
    held: parts.held,
    database: start.get("database") ?? user,
    user,
    // Asked for each query, because the rights of a token can change and the token can end.
    ask: async (asked, signal) => await parts.ask(await identity.principalOf(login?.token))(asked, signal),
    unexpected: parts.unexpected,
  });
  const { id, secret, forget } = parts.remember(() => session.cancel());
  const watched = login?.credential === undefined ? undefined : identity.watch(login.credential);
  writer.add(serverMessages.keyData(id, secret), serverMessages.ready("I"));
  await writer.flush();
  return { session, forget, watched };
}

interface SignedIn {
  readonly token: TokenLogin;
  readonly credential: string | undefined;
}

interface Opened {
  readonly session: Session;
  forget(): void;
  readonly watched: Watched | undefined;
}

/** undefined when the client is gone. */
async function signedIn(
  user: string,
  { reader, writer, identity }: { reader: WireReader; writer: WireWriter; identity: WireIdentity },
): Promise<SignedIn | undefined> {
  writer.add(serverMessages.scramOffered());
  await writer.flush();
  const first = saslBody(await reader.nextSmall());
  if (first === undefined) return undefined;
  const mechanism = first.text();
  if (mechanism !== "SCRAM-SHA-256") throw fatal(states.protocolViolation, `${mechanism.slice(0, 40)} was not offered`);
  const login = await identity.tokenLogin(user);
  const exchange = beginScram(first.bytes(first.int32()).toString(), { name: user, verifier: login?.scram });
  if (exchange === undefined) throw fatal(states.protocolViolation, "the first message of SCRAM is none");
  writer.add(serverMessages.scramGoesOn(exchange.challenge));
  await writer.flush();
  const last = saslBody(await reader.nextSmall());
  if (last === undefined) return undefined;
  const proof = exchange.finish(last.rest.toString());
  if (proof === undefined || login === undefined)
    throw fatal(
      states.invalidLogin,
      `no token of the name ${user.slice(0, 60)} has this secret`,
      "The user is the name of a token that was made since this version, the password the token (sb_…).",
    );
  // The token may be revoked by now, or be valid only for an ingress. Its rights are checked with each query.
  const { credential } = await identity.principalOf(login);
  writer.add(serverMessages.scramDone(proof));
  return { token: login, credential };
}

function saslBody(message: WireMessage | undefined): Body | undefined {
  if (message === undefined) return undefined;
  if (message.letter !== "p") throw fatal(states.protocolViolation, "the login comes first");
  return new Body(message.body);
}

async function talk(
  { session, forget, watched }: Opened,
  { socket, reader, writer }: { socket: Duplex; reader: WireReader; writer: WireWriter },
): Promise<void> {
  const cancel = (): void => session.cancel();
  socket.once("close", cancel).once("end", cancel);
  let over: ((why: WireError) => void) | undefined;
  const idle = setTimeout(() => over?.(fatal(states.idle, `nothing was asked for ${idleMsMax / 60_000} minutes`)), idleMsMax);
  const turn = new Turn();
  const revoked = (): void => {
    const { message, cure } = credentialOver();
    const why = fatal(states.notLoggedIn, message, cure);
    session.end(why);
    over?.(why);
  };
  if (watched?.signal.aborted === true) revoked();
  watched?.signal.addEventListener("abort", revoked, { once: true });
  try {
    for (;;) {
      const message = await Promise.race([
        reader.next(),
        new Promise<never>((_, reject) => {
          over = reject;
        }),
      ]);
      if (message === undefined || !(await session.take(message)) || writer.isOver) return;
      idle.refresh();
      await turn.passed();
    }
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw fatal(states.internal, "something unexpected went wrong inside the gateway");
  } finally {
    clearTimeout(idle);
    watched?.release();
    socket.off("close", cancel).off("end", cancel);
    session.close();
    forget();
  }
}
