/** Entities as the JSON of the HTTP API: values as JSON where there is a decoder, and always as base64. */
import type { TypedValue } from "@signalbox/runtime";
import type { StoredEntity } from "../../contract/entities/entities.ts";
import { failureView, waitReasonView } from "../../views/entity-views.ts";
import { stateVersion } from "../../views/state-version.ts";
import type { ValueCodec } from "../../values/value-codec.ts";

const mailboxShownMax = 20;

/** Built as text, because decoded values are JSON texts whose numbers must not be rounded to doubles. */
export function entityJson({ entity, endpoint }: StoredEntity, values: ValueCodec): string {
  const state = entity.state.map(({ name, value, spec, writtenMs, expiresMs }) => {
    const typename = value?.typename ?? spec?.typename ?? "";
    const times = `"writtenMs":${writtenMs ?? null},"expiresMs":${expiresMs ?? null},"version":"${stateVersion(value)}"`;
    return `${JSON.stringify({ name, typename }).slice(0, -1)},${valueJson(value, values)},${times}}`;
  });
  const mailbox = entity.mailbox.slice(0, mailboxShownMax).map(({ sequence, trace, caller, value, atMs }) => {
    const about = { messageId: sequence, traceId: trace, from: caller ?? null, atMs, typename: value.typename };
    return `${JSON.stringify(about).slice(0, -1)},${valueJson(value, values)},"version":"${stateVersion(value)}"}`;
  });
  const { address, status, mailboxDepth, attempts } = entity;
  const about = {
    address,
    status,
    mailboxDepth,
    endpoint,
    attempts,
    sinceMs: entity.sinceMs ?? null,
    retryAtMs: entity.retryAtMs ?? null,
    failure: failureView(entity.failure),
    waitReason: waitReasonView(entity.waitReason),
  };
  return `${JSON.stringify(about).slice(0, -1)},"state":[${state.join(",")}],"mailbox":[${mailbox.join(",")}]}\n`;
}

/** `"value":…,"bytes":…` of one value; null where nothing is known. */
export function valueJson(value: TypedValue | undefined, values: ValueCodec): string {
  if (value === undefined) return '"value":null,"bytes":null';
  return `"value":${values.json(value) ?? "null"},"bytes":"${Buffer.from(value.bytes).toString("base64")}"`;
}
