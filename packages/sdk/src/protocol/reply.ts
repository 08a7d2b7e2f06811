/**
 * Reply: what a function answers (io.statefun.sdk.reqreply.FromFunction): the effects of a batch, or the states that the request lacks.
 * Neighbours: request.ts is what it answers; effects.ts collects what is written here.
 */
import type { Address } from "../address.ts";
import { typeNameParts } from "../address.ts";
import { Writer } from "../wire/writer.ts";
import type { Effects } from "./effects.ts";
import { writeTypedValue, type TypedBytes } from "./typed-value.ts";

/** A state that the function has, as it is registered with the runtime. */
export interface StateSpec {
  readonly name: string;
  readonly typename: string;
  readonly expiry: Expiry | undefined;
}

export interface Expiry {
  readonly mode: "after-write" | "after-call";
  readonly afterMs: number;
}

const resultField = 100;
const incompleteField = 101;
/** A field of Signalbox, far from StateFun's numbers: which message of a batch caused which output. */
const outputOriginsField = 1001;
/** A field of Signalbox, too: which version of the code answered. */
const codeVersionField = 1002;
const modifyMutation = 1n;
const expireModes = { "after-write": 1n, "after-call": 2n } as const;

export function encodeEffects(effects: Effects, codeVersion = ""): Uint8Array {
  return new Writer()
    .message(resultField, (result) => {
      for (const [name, value] of effects.mutations) result.message(1, (mutation) => writeMutation(mutation, name, value));
      for (const { target, value } of effects.messages) result.message(2, (message) => writeTargeted(message, target, { value, at: 1 }));
      for (const delayed of effects.delayed) {
        result.message(3, (message) => {
          if (delayed.kind === "cancel") {
            message.bool(10, true).text(11, delayed.token);
            return;
          }
          message.varint(1, BigInt(delayed.afterMs));
          writeTargeted(message, delayed.target, { value: delayed.value, at: 2 });
          message.text(11, delayed.token ?? "");
        });
      }
      for (const { egress, value } of effects.records) {
        const { namespace, name } = typeNameParts(egress, "egress");
        result.message(4, (record) =>
          record
            .text(1, namespace)
            .text(2, name)
            .message(3, (typed) => writeTypedValue(typed, value)),
        );
      }
      if (effects.inputs > 1) writeOrigins(result, effects);
      result.text(codeVersionField, codeVersion);
    })
    .finish();
}

function writeOrigins(result: Writer, { messages, delayed, records }: Effects): void {
  result.message(outputOriginsField, (origins) => {
    for (const [index, list] of [messages, delayed, records].entries()) {
      const causes = list.map(({ cause }) => cause);
      if (causes.length > 0) origins.indices(index + 1, causes);
    }
  });
}

export function encodeMissingStates(specs: readonly StateSpec[]): Uint8Array {
  return new Writer()
    .message(incompleteField, (incomplete) => {
      for (const { name, typename, expiry } of specs) {
        incomplete.message(1, (spec) => {
          spec.text(1, name);
          if (expiry !== undefined) {
            spec.message(2, (expiration) => expiration.varint(1, expireModes[expiry.mode]).varint(2, BigInt(expiry.afterMs)));
          }
          spec.text(3, typename);
        });
      }
    })
    .finish();
}

function writeMutation(writer: Writer, name: string, value: TypedBytes | undefined): void {
  if (value !== undefined) writer.varint(1, modifyMutation);
  writer.text(2, name);
  if (value !== undefined) writer.message(3, (typed) => writeTypedValue(typed, value));
}

/** Target and value are adjacent fields: 1 and 2 in a message, 2 and 3 in a delayed one. */
function writeTargeted(writer: Writer, target: Address, { value, at }: { readonly value: TypedBytes; readonly at: number }): void {
  const { namespace, name } = typeNameParts(target.type, "target");
  writer
    .message(at, (address) => address.text(1, namespace).text(2, name).text(3, target.id))
    .message(at + 1, (typed) => writeTypedValue(typed, value));
}
