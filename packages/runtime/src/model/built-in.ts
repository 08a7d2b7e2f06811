/**
 * BuiltIn: function types of the engine's own, bound in every partition beside what modules declare. No module may declare their
 * namespaces, no transport sees them. call.ts has the one for calls. The one for invalid records accepts no message: each parks its entity.
 * So records that an ingress could not turn into messages wait there, in order, until a person has seen them (the gateway's
 * invalid-handling.ts sends them).
 */
import { callEndpoint, callNamespace, callStreamEndpoint } from "./call.ts";
import type { EndpointSpec } from "./endpoint-spec.ts";

export const invalidRecordNamespace = "io.signalbox.records";
export const invalidRecordType = `${invalidRecordNamespace}/invalid`;

export const invalidRecordEndpoint: EndpointSpec = {
  ...callEndpoint,
  id: invalidRecordType,
  namespace: invalidRecordNamespace,
  name: "invalid",
  urlTemplate: callEndpoint.urlTemplate.replace(/call$/, "invalid-record"),
  // One at a time, so that the first message is the one that parks the entity.
  batchMessagesMax: 1,
};

export const builtInEndpoints: readonly EndpointSpec[] = [callEndpoint, callStreamEndpoint, invalidRecordEndpoint];
export const builtInNamespaces: ReadonlySet<string> = new Set([callNamespace, invalidRecordNamespace]);
export const builtInTypes: ReadonlySet<string> = new Set(builtInEndpoints.map(({ id }) => id));
