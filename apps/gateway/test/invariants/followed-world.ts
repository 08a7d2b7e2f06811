/** FollowedWorld: invariants followed through a world as the gateway does, and compared with the brute force at savepoints. */
import { valueOfJson } from "../../src/shared/filter/filter-values.ts";
import { compileRule, type CompiledRule } from "../../src/invariants/compiled-rule.ts";
import { InvariantFold, type Violated } from "../../src/invariants/invariant-fold.ts";
import { RecordStreams, type StreamStep } from "../../src/invariants/record-streams.ts";
import { Unknown } from "../../src/invariants/term-sums.ts";
import type { StartRow } from "../../src/invariants/start-rows.ts";
import type { SavepointRow } from "@signalbox/engine/testing";
import type { InvariantRule } from "../../src/contract/entities/invariants.ts";
import { account, bruteForce, creditType, type BankWorld } from "./bank-world.ts";

const purses = { over: "states", type: account, value: "state.purse.cents", where: "", minus: false } as const;
const onTheWay = { over: "messages", type: creditType, value: "value.cents", where: "", minus: false } as const;

export const money: InvariantRule = { kind: "total", terms: [purses, onTheWay], compare: { kind: "never-changes" } };
const credits: InvariantRule = { kind: "total", terms: [{ ...onTheWay, value: "" }], compare: { kind: "at-least", number: "0" } };
const rich: InvariantRule = {
  kind: "total",
  terms: [{ ...purses, value: "", where: "state.purse.cents >= 1000" }],
  compare: { kind: "at-most", number: "5" },
};
export const noDebt: InvariantRule = { kind: "entity", type: account, holds: "state.purse.cents >= 0" };

export function compiled(rule: InvariantRule): CompiledRule {
  const result = compileRule(rule);
  if (result.kind === "error") throw new Error(`${result.where} at ${result.at}: ${result.message}`);
  return result.rule;
}

export const decode = ({ bytes }: { readonly bytes: Uint8Array }) => valueOfJson(new TextDecoder().decode(bytes));

function startRows(rows: readonly SavepointRow[]): StartRow[] {
  return rows.flatMap((row): StartRow[] => {
    switch (row.kind) {
      case "state":
        return [{ kind: "state", address: row, name: row.name, value: row, expires: row.expiresMs !== undefined }];
      case "message":
        return [{ kind: "message", caller: row.caller, target: row.target, value: row.value }];
      case "delayed":
        return [{ kind: "delayed", caller: row.caller, target: row.target, value: row.value, dueMs: row.dueMs, token: row.token }];
      default:
        return [];
    }
  });
}

type Fold = Pick<InvariantFold, "take" | "value" | "violated" | "epochEnded" | "start" | "started">;

export class FollowedWorld {
  readonly world: BankWorld;
  readonly #make: (rule: CompiledRule) => Fold;
  #folds: { readonly money: Fold; readonly credits: Fold; readonly rich: Fold; readonly noDebt: Fold };
  #streams: RecordStreams | undefined;
  readonly #waiting: StreamStep[] = [];
  compared = 0;
  /** How often it said that it does not know. */
  unknown = 0;
  epochs = 0;

  constructor(world: BankWorld, make: (rule: CompiledRule) => Fold = (rule) => new InvariantFold(rule, { decode })) {
    this.world = world;
    this.#make = make;
    this.#folds = this.#newFolds();
  }

  /** The violation of the rule about what never changes. */
  get violated(): Violated | undefined {
    return this.#folds.money.violated;
  }

  get debt(): Violated | undefined {
    return this.#folds.noDebt.violated;
  }

  async begin(): Promise<void> {
    const { places, rows } = await this.world.savepoint();
    this.#folds = this.#newFolds();
    this.#waiting.length = 0;
    for (const fold of Object.values(this.#folds)) {
      for (const row of startRows(rows)) fold.start(row);
      fold.started(0);
    }
    this.#streams = new RecordStreams(this.world.engine, places, { fresh: true });
  }

  /** Takes a savepoint and compares what the records said with its content. Returns the difference in words. */
  async compare(): Promise<string | undefined> {
    const { places, rows } = await this.world.savepoint();
    try {
      await this.follow(places[0] ?? 0);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      // As in the gateway, it reports this and measures again.
      this.unknown += 1;
      await this.begin();
      return undefined;
    }
    const { cents, credits: count, rich: wealthy } = bruteForce(rows);
    this.compared += 1;
    const { money: sum, credits: counted, rich: richest } = this.#folds;
    const said = [sum.value, counted.value, richest.value].join(", ");
    const truth = [cents, count, wealthy].join(", ");
    return said === truth ? undefined : `records say ${said}, the savepoint ${truth}`;
  }

  async follow(below: number): Promise<void> {
    // A crash makes another engine on the same disk; the places to go on from stay.
    const streams = new RecordStreams(this.world.engine, this.#streams?.places ?? [], { fresh: true });
    const read = async (): Promise<StreamStep[]> => {
      const steps: StreamStep[] = [];
      for await (const step of streams.more()) steps.push(step);
      return steps;
    };
    do this.#waiting.push(...(await this.world.run(read())));
    while (streams.behind);
    this.#streams = streams;
    for (let step = this.#waiting[0]; step !== undefined; step = this.#waiting[0]) {
      if (step.kind === "record" && step.record.sequence >= below) return;
      this.#waiting.shift();
      this.#take(step);
    }
  }

  #take(step: StreamStep): void {
    if (step.kind === "gap") throw new Error("a gap in the journal");
    for (const fold of Object.values(this.#folds)) {
      if (step.kind === "record") fold.take(step.record);
      else fold.epochEnded();
    }
    if (step.kind === "epoch-ended") this.epochs += 1;
  }

  #newFolds() {
    return {
      money: this.#make(compiled(money)),
      credits: this.#make(compiled(credits)),
      rich: this.#make(compiled(rich)),
      noDebt: this.#make(compiled(noDebt)),
    };
  }
}
