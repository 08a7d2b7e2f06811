/**
 * tryFunction: shows what a source would do with one message. It is loaded and run in isolation (isolation/check-isolated.ts), with states
 * that a person typed. Neighbour: functions-service.ts. Nothing of the engine is asked and nothing changes.
 */
import { FromFunction, ToFunction, toSafeNumber, type InvocationResponse } from "@signalbox/proto";
import type { TypedValue } from "@signalbox/runtime";
import type { TrialEffects, TrialInput, TrialResult } from "../../contract/functions/function-trial.ts";
import type { Checked } from "../../isolation/check-isolated.ts";
import type { TaskOf } from "../../isolation/isolated-functions.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { typedValue } from "../../values/typed-text.ts";
import { cureOf } from "../modules/embedded-source.ts";

export interface Trials {
  /** False when this gateway runs no code of modules. */
  readonly allowed: boolean;
  readonly check: (code: string, of: TaskOf, request?: Uint8Array) => Promise<Checked>;
}

type Run = NonNullable<TrialInput["run"]>;
type Loaded = Extract<Checked, { kind: "loaded" }>;

export async function tryFunction(input: TrialInput, { trials, values }: { trials: Trials; values: ValueCodec }): Promise<TrialResult> {
  if (!trials.allowed) return notAllowed;
  const of: TaskOf = { exportName: input.export, memoryMiBMax: input.memoryMiB, callTimeoutMs: input.callTimeoutMs };
  const loaded = await trials.check(input.code, of);
  if (loaded.kind === "refused") return refused(loaded);
  const said = { functions: loaded.functions.map(mutable), lines: [...loaded.lines] };
  const { run } = input;
  if (run === undefined) return { kind: "loaded", ...said };
  const served = loaded.functions.find(({ type }) => type === run.type);
  if (served === undefined) {
    const message = `${run.type} is not served; served: ${loaded.functions.map(({ type }) => type).join(", ")}`;
    return { kind: "failed", ...said, code: "REPLY_STATUS", message, cure: "Choose a type that the source exports." };
  }
  const before = new Map(served.states.map(({ name, typename }) => [name, stateValue(values, { run, name, typename })]));
  const ran = await trials.check(input.code, of, requestOf(run, { before, value: typedValue(values, run.value) }));
  if (ran.kind === "refused") return refused(ran);
  return { ...outcomeOf(ran, { before, served, values }), functions: said.functions, lines: [...ran.lines] };
}

const notAllowed: TrialResult = {
  kind: "refused",
  code: "EMBEDDED_NOT_LOADED",
  message: "this gateway runs no code of modules: SIGNALBOX_PROCESSES is off",
  cure: "Set SIGNALBOX_PROCESSES=isolated for the gateway.",
  line: null,
  column: null,
};

function refused({ problem }: Extract<Checked, { kind: "refused" }>): TrialResult {
  const { code, message, line, column } = problem;
  return { kind: "refused", code, message, cure: cureOf(problem), line: line ?? null, column: column ?? null };
}

function mutable({ type, takes, states }: Loaded["functions"][number]) {
  return { type, takes: [...takes], states: states.map((state) => ({ ...state })) };
}

function stateValue(values: ValueCodec, { run, name, typename }: { run: Run; name: string; typename: string }): TypedValue | undefined {
  const given = run.states.find((state) => state.name === name);
  return given === undefined || given.text.trim() === "" ? undefined : values.encode(typename, given.text);
}

function requestOf(run: Run, { before, value }: { before: ReadonlyMap<string, TypedValue | undefined>; value: TypedValue }): Uint8Array {
  const [namespace = "", type = ""] = run.type.split("/");
  const typed = ({ typename, bytes }: TypedValue) => ({ typename, hasValue: true, value: bytes });
  return ToFunction.encode({
    invocation: {
      target: { namespace, type, id: run.id },
      state: [...before].map(([stateName, state]) => ({ stateName, ...(state === undefined ? {} : { stateValue: typed(state) }) })),
      invocations: [{ argument: typed(value) }],
    },
  }).finish();
}

interface Given {
  readonly before: ReadonlyMap<string, TypedValue | undefined>;
  readonly served: Loaded["functions"][number];
  readonly values: ValueCodec;
}

type Outcome = { kind: "failed"; code: string; message: string; cure: string } | { kind: "ran"; effects: TrialEffects };

function outcomeOf({ answer }: Loaded, given: Given): Outcome {
  if (answer === undefined) return failed("REPLY_MALFORMED", "it gave no answer");
  if (answer.kind === "failed") return failed(answer.code, answer.reason, answer.cure);
  try {
    const { invocationResult = null } = FromFunction.decode(Buffer.from(answer.reply, "base64"));
    return invocationResult === null
      ? failed("HANDSHAKE_LOOP", "it asks for states that it does not declare")
      : effectsOf(invocationResult, given);
  } catch {
    return failed("REPLY_MALFORMED", "its answer is no FromFunction");
  }
}

const failureCures: Readonly<Record<string, string>> = {
  CALL_TIMEOUT: "See whether it loops or waits for ever.",
  CALL_OUT_OF_MEMORY: "Let it need less, or raise the limit.",
  REJECTED: "It says so itself: send what it takes.",
  RETRY_LATER: "It says so itself: it would be asked again.",
};

function failed(code: string, message: string, cure = failureCures[code] ?? "Mend the function."): Outcome {
  return { kind: "failed", code, message, cure };
}

type Wire = { typename?: string | null; hasValue?: boolean | null; value?: Uint8Array | null };

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function effectsOf(result: InvocationResponse, { before, served, values }: Given): Outcome {
  const view = (wire: Wire | null | undefined) => values.view({ typename: wire?.typename ?? "", bytes: wire?.value ?? new Uint8Array(0) });
  const address = (wire: { namespace?: string | null; type?: string | null; id?: string | null } | null | undefined) => ({
    type: `${wire?.namespace ?? ""}/${wire?.type ?? ""}`,
    id: wire?.id ?? "",
  });
  const mutations = new Map((result.stateMutations ?? []).map((mutation) => [mutation.stateName ?? "", mutation]));
  const states = served.states.map(({ name, typename }) => {
    const earlier = before.get(name);
    const mutation = mutations.get(name);
    const shown = earlier === undefined ? null : values.view(earlier);
    const after = mutation === undefined ? shown : isAbsent(mutation.stateValue) ? null : view(mutation.stateValue);
    return { name, typename, before: shown, after, changed: shown?.base64 !== after?.base64 };
  });
  return {
    kind: "ran",
    effects: {
      states,
      messages: (result.outgoingMessages ?? []).map(({ target, argument }) => ({ target: address(target), value: view(argument) })),
      delayed: (result.delayedInvocations ?? []).map(({ isCancellationRequest, delayInMs, target, argument, cancellationToken }) => ({
        afterMs: toSafeNumber(delayInMs ?? 0),
        target: isCancellationRequest === true ? null : address(target),
        value: isCancellationRequest === true ? null : view(argument),
        token: cancellationToken || null,
      })),
      egress: (result.outgoingEgresses ?? []).map(({ egressNamespace, egressType, argument }) => ({
        egress: `${egressNamespace ?? ""}/${egressType ?? ""}`,
        value: view(argument),
      })),
    },
  };
}
