/**
 * inflateReply: unpacks a gzip or deflate body piece by piece into a ReplyBody, so that the result is counted while it grows. Neighbours:
 * reply-call.ts asks; the work is done by Node's thread pool. Guarantee: calls back exactly once; a stream that is cut, damaged or in
 * another encoding is an error, never a shorter body.
 */
import { createGunzip, createInflate, createInflateRaw, type Gunzip, type Inflate, type InflateRaw } from "node:zlib";
import type { Appended, ReplyBody } from "./reply-body.ts";

export type Inflated =
  | { readonly kind: "ok"; readonly body: Buffer }
  | { readonly kind: "refused"; readonly why: Exclude<Appended, "ok"> }
  | { readonly kind: "error"; readonly reason: string };

/** `into` must be empty and has the limits. */
export function inflateReply(packed: { encoding: string; body: Buffer; into: ReplyBody }, done: (result: Inflated) => void): void {
  const { body, into } = packed;
  const name = packed.encoding.trim().toLowerCase();
  if (name === "identity" || name === "") return done({ kind: "ok", body });
  const stream = unpackerOf(name, body);
  if (stream === undefined) return done({ kind: "error", reason: `its content-encoding ${name.slice(0, 40)} was not asked for` });
  let over = false;
  const end = (result: Inflated): void => {
    if (over) return;
    over = true;
    done(result);
    stream.destroy();
  };
  stream.on("data", (piece: Buffer) => {
    if (over) return;
    const appended = into.append(piece, 0, piece.length);
    if (appended !== "ok") end({ kind: "refused", why: appended });
  });
  stream.on("error", (error) => end({ kind: "error", reason: `its ${name} body cannot be decompressed (${error.message})` }));
  stream.on("end", () => end({ kind: "ok", body: into.view() }));
  stream.end(body);
}

function unpackerOf(name: string, body: Buffer): Gunzip | Inflate | InflateRaw | undefined {
  if (name === "gzip" || name === "x-gzip") return createGunzip();
  if (name !== "deflate") return undefined;
  // "deflate" means zlib by the standard and raw deflate by habit; the first byte tells which.
  return ((body[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
