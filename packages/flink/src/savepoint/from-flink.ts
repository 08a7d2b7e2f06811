/**
 * fromFlink: a canonical Flink savepoint of a StateFun job becomes a savepoint file, or is only counted (a dry run). Values come with their
 * types; what waited in flight, in batches, in the feedback loop and as due mailboxes becomes mailboxes, what waited for its time becomes
 * delayed messages.
 * Guarantee: the file is whole or absent; what could not be told for sure is in the plan.
 */
import { callTypes } from "@signalbox/runtime";
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { frameKinds, framesOf, neverMs, type Frame } from "./frames.ts";
import { MoveError } from "./move-error.ts";
import { moveItem, type ItemParts, type MovePlan } from "./move-plan.ts";
import { SavepointTarget, type MessageCells } from "./savepoint-target.ts";
import { startTool, type ToolCommand } from "./savepoint-tool.ts";
import { StateNames, type NamedState } from "./state-names.ts";
import { keyOf, type RegisteredState } from "./state-spec.ts";
import { mailboxDueMs, type MoveProgress } from "./to-flink.ts";

export interface FromFlinkOptions {
  /** The folder of the Flink savepoint, which holds _metadata. */
  readonly directory: string;
  /** The savepoint file to write; undefined when rows are only counted. */
  readonly path: string | undefined;
  /** How long values live, which Flink does not keep; their types decide what the dots in Flink's names mean. */
  readonly specs: readonly RegisteredState[];
  /** Function types that are known from elsewhere. */
  readonly types: readonly string[];
  readonly tool: ToolCommand;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: MoveProgress) => void) | undefined;
}

export interface FromFlinkSummary {
  readonly values: number;
  readonly messages: number;
  readonly delayedMessages: number;
  readonly plan: MovePlan;
}

/** The same as in MessageRows.java. */
const delayedStage = 3;
/** A mailbox that was moved to Flink and did not run: behind all that Flink had begun. */
const movedStage = 4;
const progressEveryRows = 5_000;

/** Rejects with a MoveError. */
export async function fromFlink(options: FromFlinkOptions): Promise<FromFlinkSummary> {
  const { directory, path, tool, signal } = options;
  const running = startTool(tool, ["read", directory], signal);
  running.input.end();
  const target = path === undefined ? undefined : new SavepointTarget(path);
  const intake = new Intake(options, target);
  let isDone = false;
  try {
    await taken(intake, running.output).catch(async (error: unknown) => {
      // Rows that stop early mean that the tool ended, and its end knows why.
      if (error instanceof MoveError && error.code === "FLINK_TOOL_FAILED") await running.ended;
      throw error;
    });
    await running.ended;
    options.onProgress?.({ phase: "sorting", rows: intake.rows, rowsTotal: intake.rows });
    target?.finish({ createdMs: createdMs(directory), specs: options.specs, delayedStage });
    isDone = true;
    return intake.summary();
  } finally {
    if (!isDone) {
      target?.close();
      if (path !== undefined) await rm(path, { force: true });
    }
  }
}

async function taken(intake: Intake, output: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const frames of framesOf(output)) {
    for (const frame of frames) intake.take(frame);
    intake.passed();
  }
}

/** Flink writes _metadata last. */
function createdMs(directory: string): number {
  return Math.floor(statSync(join(directory, "_metadata")).mtimeMs);
}

interface IncomingState extends NamedState {
  readonly typename: string;
  readonly expires: boolean;
  readonly spec: RegisteredState | undefined;
}

class Intake {
  rows = 0;
  readonly #options: FromFlinkOptions;
  readonly #target: SavepointTarget | undefined;
  readonly #names: StateNames;
  readonly #specs: ReadonlyMap<string, RegisteredState>;
  readonly #declared: { readonly flinkName: string; readonly typename: string; readonly expires: boolean }[] = [];
  readonly #states = new Map<number, IncomingState>();
  readonly #guessed = new Set<string>();
  readonly #unknownEnds = new Set<string>();
  readonly #counts = { values: 0, messages: 0, delayed: 0, tokens: 0, ends: 0, unknownEnds: 0, endless: 0, inFlight: 0, answers: 0 };
  #toldRows = 0;

  constructor(options: FromFlinkOptions, target: SavepointTarget | undefined) {
    this.#options = options;
    this.#target = target;
    this.#names = new StateNames([...options.types, ...options.specs.map(({ type }) => type)]);
    this.#specs = new Map(options.specs.map((spec) => [keyOf(spec), spec]));
  }

  take(frame: Frame): void {
    switch (frame.kind) {
      case frameKinds.state:
        return this.#state(frame);
      case frameKinds.message:
        return this.#message(frame);
      case frameKinds.declare:
        this.#declared.push({ flinkName: frame.text() ?? "", typename: frame.text() ?? "", expires: frame.number() === 1 });
        return;
      case frameKinds.type:
        return this.#names.addDotted(frame.text() ?? "");
      default:
    }
  }

  /** Called when a chunk's frames were taken: their bytes are written, and the observer gets the progress. */
  passed(): void {
    this.#options.signal.throwIfAborted();
    this.#target?.flush();
    if (this.rows - this.#toldRows < progressEveryRows) return;
    this.#toldRows = this.rows;
    this.#options.onProgress?.({ phase: "writing", rows: this.rows, rowsTotal: 0 });
  }

  summary(): FromFlinkSummary {
    const { values, messages, delayed } = this.#counts;
    return { values, messages, delayedMessages: delayed, plan: this.#plan() };
  }

  #state(frame: Frame): void {
    const id = frame.text() ?? "";
    const state = this.#stateOf(frame.number());
    const lastUseMs = frame.integer();
    const value = frame.bytes() ?? new Uint8Array();
    this.rows++;
    this.#counts.values++;
    const writtenMs = state.expires && lastUseMs !== neverMs ? lastUseMs : undefined;
    const expiresMs = this.#endOf(state, writtenMs);
    this.#target?.state({ type: state.type, id, name: state.name, typename: state.typename, value, writtenMs, expiresMs });
  }

  #endOf(state: IncomingState, lastUseMs: number | undefined): number | undefined {
    if (!state.expires || lastUseMs === undefined) {
      this.#counts.endless++;
      return undefined;
    }
    if (state.spec !== undefined && state.spec.mode !== "none") {
      this.#counts.ends++;
      return lastUseMs + state.spec.afterMs;
    }
    this.#counts.unknownEnds++;
    this.#unknownEnds.add(`${state.type} ${state.name}`);
    return undefined;
  }

  #stateOf(index: number): IncomingState {
    const known = this.#states.get(index);
    if (known !== undefined) return known;
    const declared = this.#declared[index];
    if (declared === undefined)
      throw new MoveError("FLINK_TOOL_FAILED", `a value of a state ${index} that was not declared`, "run it again");
    const named = this.#names.state(declared.flinkName);
    const state = { ...named, typename: declared.typename, expires: declared.expires, spec: this.#specs.get(keyOf(named)) };
    if (named.guessed) this.#guessed.add(`${declared.flinkName}: ${named.type} ${named.name}`);
    this.#states.set(index, state);
    return state;
  }

  #message(frame: Frame): void {
    frame.text();
    const came = frame.number();
    const dueMs = frame.integer();
    // Whoever sends later has an address; only a mailbox that was moved here is due before the time of dueMsMin.
    const stage = came === delayedStage && dueMs <= mailboxDueMs ? movedStage : came;
    const callerType = frame.text();
    const callerId = frame.text();
    const targetType = this.#names.type(frame.text() ?? "");
    const message: MessageCells = {
      stage,
      dueMs,
      callerType: callerType === undefined ? undefined : this.#names.type(callerType),
      callerId,
      targetType,
      targetId: frame.text() ?? "",
      typename: frame.text() ?? "",
      value: frame.bytes(),
      token: frame.text() ?? "",
    };
    this.rows++;
    if (callTypes.has(targetType)) {
      this.#counts.answers++;
      return;
    }
    this.#counts[stage === delayedStage ? "delayed" : "messages"]++;
    if (stage === 0) this.#counts.inFlight++;
    if (stage === delayedStage && message.token !== "") this.#counts.tokens++;
    this.#target?.message(message);
  }

  #plan(): MovePlan {
    const { values, messages, delayed, tokens, ends, unknownEnds, endless, inFlight, answers } = this.#counts;
    const items: ItemParts[] = [
      { what: "values", fate: "moves", count: values, why: "State values: their bytes and types." },
      { what: "ends", fate: "moves", count: ends, why: "Values with an end: the time of the last use and the registered duration." },
      {
        what: "ends-unknown",
        fate: "changes",
        count: unknownEnds,
        why: "Flink keeps when a value was used and not how long it lives; nothing here says it of these, so they have no end until they are written again.",
        cure: "Move with the savepoint at hand that once moved to Flink, or that holds what the functions registered.",
        examples: [...this.#unknownEnds],
      },
      {
        what: "times-of-writing",
        fate: "changes",
        count: endless,
        why: "Flink keeps no time of writing for values that do not expire; they have the savepoint's.",
      },
      {
        what: "messages",
        fate: "moves",
        count: messages,
        why: "Messages that waited in batches, in the feedback loop or in flight: mailboxes, each in its order.",
      },
      {
        what: "in-flight",
        fate: "changes",
        count: inFlight,
        why: "Their function was being called: it is called again, as Flink would after this savepoint. Their effects count once.",
      },
      { what: "delayed-messages", fate: "moves", count: delayed, why: "Delayed messages with their times." },
      { what: "cancellation-tokens", fate: "moves", count: tokens, why: "The same functions can cancel them here." },
      {
        what: "call-answers",
        fate: "stays",
        count: answers,
        why: "Answers on their way to calls: they are told by the gateway on Flink, as are those that it keeps, which no savepoint holds.",
        cure: "Let whoever waits have the answer before that gateway is stopped.",
      },
      {
        what: "types-guessed",
        fate: "changes",
        count: this.#guessed.size,
        why: "Flink joins names with dots, and no known function type says where these part.",
        cure: "Apply the module that serves these types, and move again.",
        examples: [...this.#guessed],
      },
    ];
    return { direction: "embedded", items: items.filter(({ count }) => count > 0).map(moveItem) };
  }
}
