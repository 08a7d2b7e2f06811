/**
 * IoId: the field `id` that most kinds have, and what it claims. All ingresses name the targets and value types of their records in the
 * same way.
 */
import { kafkaDateMs } from "../shape/existing-moment.ts";
import { listOf, typename, type Field } from "../shape/shape.ts";
import type { SpecReader } from "../shape/spec-reader.ts";
import type { Claim } from "./connector.ts";

export const ioId: Field = { shape: typename, required: true, meaning: "Its id, <namespace>/<name>." };
export const targets: Field = { shape: listOf(typename, 1), required: true, meaning: "Function types that receive each record." };
export const valueType: Field = { shape: typename, required: true, meaning: "Typename that the records' values get." };
/** Inside the variant `date` of startupPosition. */
export const startDate: Field = { shape: { kind: "text", form: "kafka-date" }, required: true, meaning: "From this moment on." };

export function readId(spec: SpecReader, direction: "ingress" | "egress"): { readonly id: string; readonly claims: readonly Claim[] } {
  const id = spec.text("id") ?? "";
  return { id, claims: [{ key: `${direction} ${id}`, what: `The ${direction} ${id}`, position: spec.position("id") }] };
}

/** The `date` of a startupPosition, whose form the shape has checked; undefined when it has none. */
export function startDateMs(startup: SpecReader | undefined): number | undefined {
  return kafkaDateMs(startup?.text("date") ?? "");
}
