/**
 * Parts that several store records share: addresses, failures and absent values in binary form. Used by store-record.ts and
 * journal-codec.ts.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { failureCodes, failureScopeOf, type Failure } from "@signalbox/runtime/model/failure";
import type { BytesReader, BytesWriter } from "./bytes-writer.ts";

/** The first character of the stored typename of an absent value; no real typename begins with it. */
const absentMark = "\u0000";

export function markedTypename({ typename, hasValue }: { readonly typename: string; readonly hasValue?: false | undefined }): string {
  return hasValue === false ? absentMark + typename : typename;
}

export function isMarkedAbsent(typename: string): boolean {
  return typename.charCodeAt(0) === 0;
}

export function writeAddress(writer: BytesWriter, address: Address): void {
  writer.text(address.type);
  writer.text(address.id);
}

export function readAddress(reader: BytesReader): Address {
  return { type: reader.text(), id: reader.text() };
}

export function writeOptionalAddress(writer: BytesWriter, address: Address | undefined): void {
  writer.byte(address === undefined ? 0 : 1);
  if (address !== undefined) writeAddress(writer, address);
}

export function readOptionalAddress(reader: BytesReader): Address | undefined {
  return reader.byte() === 0 ? undefined : readAddress(reader);
}

export function writeFailure(writer: BytesWriter, failure: Failure | undefined): void {
  if (failure === undefined) return writer.byte(0);
  writer.byte(1);
  writer.text(failure.code);
  writer.text(failure.scope);
  writer.text(failure.message);
  writer.text(failure.cure);
  writer.number(failure.retryAfterMs === undefined ? 0 : failure.retryAfterMs + 1);
  writer.text(failure.raw ?? "");
}

export function readFailure(reader: BytesReader): Failure | undefined {
  if (reader.byte() === 0) return undefined;
  const codeText = reader.text();
  const scopeText = reader.text();
  const code = failureCodes.find((known) => known === codeText) ?? "ENDPOINT_ERROR";
  const scope = failureScopeOf(scopeText);
  const message = reader.text();
  const cure = reader.text();
  const retryAfter = reader.number();
  const raw = reader.text();
  return { code, scope, message, cure, retryAfterMs: retryAfter === 0 ? undefined : retryAfter - 1, raw: raw === "" ? undefined : raw };
}
