/**
 * AlertWatch: the rules of alerts, and when each fires: once when a cause of failures opens, once for each breaker that opens and each
 * invariant that is violated, and each time waiting messages or p99 rise above their limit; before they fire again they must fall below
 * four fifths of it. Neighbours: alert-calls.ts tells, failures/failure-memory.ts and the flow say what happens.
 */
import { randomUUID } from "node:crypto";
import type { Engine } from "@signalbox/runtime";
import type { AlertRuleCatalog, AlertRuleRecord, CauseRecord } from "../../catalog/catalog.ts";
import type { AlertOutcome, AlertRow } from "../../contract/failures/alerts.ts";
import type { InvariantRow } from "../../contract/entities/invariants.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { Flow } from "../../flow/flow.ts";
import type { InvariantWatch } from "../../invariants/invariant-watch.ts";
import type { FailureMemory } from "../failures/failure-memory.ts";
import type { AlertCalls } from "./alert-calls.ts";
import { calledTarget, headerName, secretsNamed, type AlertTarget, type Variables } from "./alert-url.ts";

const lookMs = 2_000;
const rulesMax = 100;
const armAgainShare = 0.8;

export interface AlertWatchOptions {
  readonly catalog: AlertRuleCatalog;
  readonly engine: Pick<Engine, "endpoints">;
  readonly flow: Pick<Flow, "summary">;
  readonly failures: Pick<FailureMemory, "onOpened">;
  readonly invariants: Pick<InvariantWatch, "onViolated">;
  readonly calls: Pick<AlertCalls, "call" | "once">;
  readonly variables: Variables;
  readonly nowMs: () => number;
}

/** A rule without an id is new; one without a URL or a header keeps those that it has. */
type WantedAlert = Omit<AlertRuleRecord, "id" | "url" | "header" | "createdMs"> & {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly header?: string | null | undefined;
};

interface Standing {
  firing: boolean;
  waiting: number;
  last: AlertOutcome | null;
}

export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #rules = new Map<string, AlertRuleRecord>();
  readonly #standing = new Map<string, Standing>();
  readonly #openBreakers = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AlertWatchOptions) {
    this.#options = options;
    options.failures.onOpened((cause) => this.#opened(cause));
    options.invariants.onViolated((row) => this.#violated(row));
  }

  async load(): Promise<void> {
    for (const rule of await this.#options.catalog.list()) this.#rules.set(rule.id, rule);
    this.#timer = setInterval(() => this.look(), lookMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  list(): AlertRow[] {
    return [...this.#rules.values()].map((rule) => this.#row(rule));
  }

  /** Adds a rule, or changes an existing one. */
  async put({ id, ...wanted }: WantedAlert): Promise<AlertRow> {
    const known = id === undefined ? undefined : this.#found(id);
    const target = targetOf(wanted, known);
    const called = calledTarget(target, this.#options.variables);
    if (called.kind === "refused") throw refused(called.where, called.why, called.cure);
    const line = wanted.kind === "waiting-over" || wanted.kind === "p99-over";
    if (line && wanted.threshold === undefined)
      throw refused("threshold", `${wanted.kind} needs a threshold.`, "Write how many messages, or how many milliseconds.");
    if (known === undefined && this.#rules.size >= rulesMax)
      throw refused("name", `${rulesMax} alerts are there already.`, "Remove one that is no longer needed.");
    const rule = {
      ...wanted,
      ...target,
      id: known?.id ?? randomUUID(),
      threshold: line ? wanted.threshold : undefined,
      createdMs: known?.createdMs ?? this.#options.nowMs(),
    };
    await this.#options.catalog.put(rule);
    this.#rules.set(rule.id, rule);
    this.#standing.delete(rule.id);
    return this.#row(rule);
  }

  /** Names of the alerts whose URL or header names the secret. */
  naming(secret: string): string[] {
    return [...this.#rules.values()].filter((rule) => secretsNamed(rule).includes(secret)).map(({ name }) => name);
  }

  async remove(id: string): Promise<void> {
    this.#found(id);
    await this.#options.catalog.remove(id);
    this.#rules.delete(id);
    this.#standing.delete(id);
  }

  async test(id: string): Promise<AlertOutcome> {
    const rule = this.#found(id);
    const outcome = await this.#options.calls.once(rule, {
      ...this.#head(rule, "test"),
      text: `This is a test of the alert “${rule.name}”.`,
    });
    this.#of(id).last = outcome;
    return outcome;
  }

  /** Public, so that tests can drive the time. */
  look(): void {
    const { engine, flow } = this.#options;
    if (this.#rules.size === 0) return;
    for (const { spec, breaker, breakerFailure } of engine.endpoints()) {
      const open = breaker !== "closed";
      if (open === this.#openBreakers.has(spec.id)) continue;
      if (!open) this.#openBreakers.delete(spec.id);
      else {
        this.#openBreakers.add(spec.id);
        const text = `The breaker of ${spec.id} is open: ${breakerFailure?.message ?? "its functions do not answer"}`;
        this.#fire("breaker-opens", { text, endpoint: spec.id, code: breakerFailure?.code ?? null });
      }
    }
    const { waiting, p99Ms } = flow.summary();
    this.#line("waiting-over", waiting, (value) => `${value} messages wait`);
    this.#line("p99-over", p99Ms ?? 0, (value) => `p99 is ${value} ms`);
  }

  #opened({ fingerprint, title, message, where, firstModule, firstRevision, state }: CauseRecord): void {
    const text = `${title} in ${where}: ${message}`;
    this.#fire("failure-opens", { text, fingerprint, where, state, module: firstModule ?? null, revision: firstRevision ?? null });
  }

  #violated({ id, name, status }: InvariantRow): void {
    const first = status.kind === "violated" ? status.first : null;
    const where = first === null ? "before it was followed" : `by #${first.sequence} of ${first.type}/${first.id}`;
    this.#fire("invariant-violated", { text: `The invariant “${name}” is violated, first ${where}`, invariant: id, first });
  }

  #line(kind: AlertRuleRecord["kind"], value: number, words: (value: number) => string): void {
    for (const rule of this.#rules.values()) {
      if (rule.kind !== kind || rule.threshold === undefined) continue;
      const standing = this.#of(rule.id);
      if (!standing.firing && value > rule.threshold) {
        standing.firing = true;
        this.#tell(rule, { text: `${words(value)}, more than ${rule.threshold}`, value, threshold: rule.threshold });
      } else if (standing.firing && value < rule.threshold * armAgainShare) standing.firing = false;
    }
  }

  #fire(kind: AlertRuleRecord["kind"], facts: object): void {
    for (const rule of this.#rules.values()) if (rule.kind === kind) this.#tell(rule, facts);
  }

  #tell(rule: AlertRuleRecord, facts: object): void {
    if (!rule.enabled) return;
    const standing = this.#of(rule.id);
    standing.waiting += 1;
    this.#options.calls.call(rule, { ...this.#head(rule, rule.kind), ...facts }, (outcome) => {
      standing.waiting -= 1;
      standing.last = outcome;
    });
  }

  #head(rule: AlertRuleRecord, event: string): object {
    return { source: "signalbox", event, alert: rule.name, at: new Date(this.#options.nowMs()).toISOString() };
  }

  #of(id: string): Standing {
    const known = this.#standing.get(id) ?? { firing: false, waiting: 0, last: null };
    this.#standing.set(id, known);
    return known;
  }

  #found(id: string): AlertRuleRecord {
    const rule = this.#rules.get(id);
    if (rule === undefined)
      throw new GatewayError("UNKNOWN_ALERT", { detail: `No alert has the id ${id}.`, where: "id", cure: "GET /v1/alerts lists them." });
    return rule;
  }

  #row({ url, header, threshold, ...rule }: AlertRuleRecord): AlertRow {
    const shown = { place: shownPlace(url), header: header === undefined ? null : headerName(header) };
    return { ...rule, threshold: threshold ?? null, ...shown, ...this.#of(rule.id) };
  }
}

/**
 * A part that is not given stays as it is. But a header that nobody can read must not be sent to another place because somebody changed the
 * URL.
 */
function targetOf(wanted: Pick<WantedAlert, "url" | "header">, known: AlertRuleRecord | undefined): AlertTarget {
  const url = wanted.url ?? known?.url;
  if (url === undefined) throw refused("url", "An alert needs a URL.", "Write the URL that is to be called.");
  const header = wanted.header === undefined ? known?.header : (wanted.header ?? undefined);
  const moves = wanted.header === undefined && header !== undefined && known !== undefined && originOf(url) !== originOf(known.url);
  if (moves)
    throw refused("header", "The header that is kept is for another place than this URL.", "Write the header again, or null for none.");
  return { url, header };
}

/** The scheme and host of the URL; an older release may have kept a text that is no URL. */
function shownPlace(url: string): string {
  if (!URL.canParse(url)) return "no URL";
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname === "/" && search === "" ? "" : "/…"}`;
}

function originOf(url: string): string {
  return /^https?:\/\/[^/?#]*/iu.exec(url)?.[0].toLowerCase() ?? url;
}

function refused(where: string, detail: string, cure: string): GatewayError {
  return new GatewayError("INVALID_REQUEST", { detail, where, cure });
}
