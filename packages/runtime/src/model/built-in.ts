/**
 * BuiltIn: function types of the engine's own, bound in every partition beside what modules declare. No module may declare their namespaces, no
 * transport sees them. call.ts is that of calls; the one of invalid records takes no message: each parks its entity, so records that an ingress
 * could not make messages of wait there, in order, until a person has seen them (the gateway's invalid-handling.ts sends them).
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
  // The one at the head is the one that parks it.
  batchMessagesMax: 1,
};

export const builtInEndpoints: readonly EndpointSpec[] = [callEndpoint, callStreamEndpoint, invalidRecordEndpoint];
export const builtInNamespaces: ReadonlySet<string> = new Set([callNamespace, invalidRecordNamespace]);
export const builtInTypes: ReadonlySet<string> = new Set(builtInEndpoints.map(({ id }) => id));
