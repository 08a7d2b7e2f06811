/**
 * ModulesInForce: modules as people manage them. Applying one validates it together with all others, opens its ports, keeps a revision in
 * the catalog and puts all modules in force together; a refused module changes nothing. One change at a time, in the order asked.
 */
import { isDeepStrictEqual } from "node:util";
import type { Bindings, Engine } from "@signalbox/runtime";
import type { CatalogOrigin, ModuleCatalog, ModuleRevision } from "../../catalog/catalog.ts";
import type { Flow } from "../../flow/flow.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { originOf } from "./origin-of.ts";
import { refuseMoved, type AskedRevision, type AskedText } from "./module-moved.ts";
import { invalidModule } from "./invalid-module.ts";
import { maskEverything } from "../../masking/mask-rule.ts";
import type { MaskTable } from "../../masking/mask-table.ts";
import { maskKind } from "../../modules/component-kinds.ts";
import type { ModuleParse, ModuleText, ParsedModule } from "../../modules/parsed-module.ts";
import type { DeclaredConnector } from "../../connectors/declared-connector.ts";
import { asError } from "../../connectors/as-error.ts";
import { connectorOf } from "../../connectors/kinds.ts";
import { ConnectorRefused, type Supervisor } from "../../connectors/supervisor.ts";
import type { ModuleIssue } from "../../contract/module/module-issue.ts";
import type { AppliedModule, ModuleDetail, ModulePreview, ModuleRow } from "../../contract/module/modules.ts";
import { placeholdersIn } from "../../shape/placeholder-text.ts";
import { inTurn } from "../in-turn.ts";
import type { ModuleLanguage } from "./module-language.ts";
import type { Placements } from "./placements.ts";

export interface ModulesInForce {
  /** Puts every module of the catalog in force; one that is no longer valid is named to `warn` and left out. */
  load(): Promise<void>;
  list(): ModuleRow[];
  get(name: string): Promise<ModuleDetail>;
  /** `loads`: sources of embedded functions may be run to check them. */
  preview(name: string, yaml: string, loads: boolean): Promise<ModulePreview>;
  apply(name: string, text: AskedText, principal: Principal): Promise<AppliedModule>;
  remove(name: string, ifRevision?: number): Promise<void>;
  rollback(name: string, asked: AskedRevision, principal: Principal): Promise<{ revision: number }>;
  /** Reads certificates again. Changed ones count for new connections; those that cannot be used are named and ignored. */
  refreshFiles(): Promise<void>;
  /** By variable: the modules whose text uses it in ${…}. */
  variablesNamed(): ReadonlyMap<string, readonly string[]>;
  /** Reads again the modules that use a changed variable; one that is invalid with it keeps the old value (INVALID_MODULE). */
  refreshVariable(variable: string): Promise<void>;
  /** Binds again, because co-located instances have come up that are to be called from now on. */
  rebind(): Promise<void>;
  schema(): unknown;
  /** The kind of an egress as people know it; `undeclared` when no module in force has it. */
  egressKind(id: string): string;
}

export interface ModulesInForceOptions {
  readonly engine: Pick<Engine, "applyBindings">;
  readonly catalog: ModuleCatalog;
  readonly language: ModuleLanguage;
  readonly connectors: Pick<Supervisor, "prepare" | "begin">;
  readonly placements: Placements;
  readonly masks: Pick<MaskTable, "set">;
  readonly flow: Pick<Flow, "mark">;
  /** The current values of ${NAME}. */
  readonly variables: () => Readonly<Record<string, string | undefined>>;
  /** True when the runtime has StateFun's own connectors. */
  readonly carries?: boolean;
  readonly warn: (message: string) => void;
  readonly nowMs?: () => number;
}

const revisionsShownMax = 100;

interface ModuleInForce {
  readonly revision: ModuleRevision;
  /** Undefined when its stored text is no longer valid here (a ${VAR} or a certificate is gone); it then binds nothing. */
  readonly parsed: ParsedModule | undefined;
  readonly issues: readonly ModuleIssue[];
}

interface Checked {
  readonly parsed: ParsedModule | undefined;
  readonly bindings: Bindings | undefined;
  readonly issues: ModuleIssue[];
}

/** Knows no module until load(). */
export function createModules(options: ModulesInForceOptions): ModulesInForce {
  return new Modules(options);
}

class Modules implements ModulesInForce {
  readonly #options: ModulesInForceOptions;
  readonly #modules = new Map<string, ModuleInForce>();
  /** By module: the reason why changed certificates are not used. */
  readonly #fileReasons = new Map<string, string>();
  readonly #inTurn = inTurn();

  constructor(options: ModulesInForceOptions) {
    this.#options = options;
  }

  async load(): Promise<void> {
    const { catalog, warn, language } = this.#options;
    for (const revision of await catalog.list()) {
      // During the start nothing else needs this thread, and another thread would only delay the start.
      const checked = await this.#checkParsed(revision.name, this.#options.language.parse(this.#textOf(revision.name, revision.yaml)));
      const error = checked.issues.find((issue) => issue.severity === "error");
      if (error !== undefined) warn(`module ${revision.name} is not in force: line ${error.line}: ${error.message}`);
      this.#modules.set(revision.name, { revision, parsed: error === undefined ? checked.parsed : undefined, issues: checked.issues });
    }
    const { bindings } = language.merge(this.#parsed());
    this.#mask();
    await this.#putInForce(this.#parsed(), bindings);
  }

  list(): ModuleRow[] {
    return [...this.#modules.values()]
      .sort((a, b) => a.revision.name.localeCompare(b.revision.name))
      .map(({ revision, parsed, issues }) => ({
        name: revision.name,
        revision: revision.revision,
        appliedMs: revision.appliedMs,
        endpoints: parsed?.endpoints.length ?? 0,
        ingresses: parsed?.ingresses.length ?? 0,
        egresses: parsed?.egresses.length ?? 0,
        warnings: issues.length,
      }));
  }

  async get(name: string): Promise<ModuleDetail> {
    const { revision } = this.#inForce(name);
    const revisions = await this.#options.catalog.revisions(name, { limit: revisionsShownMax });
    return {
      name,
      yaml: revision.yaml,
      revision: revision.revision,
      revisions: revisions.map(({ revision: number, appliedMs, yaml, principal }) => ({
        revision: number,
        appliedMs,
        yaml,
        by: principal === undefined ? null : { kind: principal.kind, name: principal.name, door: principal.door },
      })),
    };
  }

  async preview(name: string, yaml: string, loads: boolean): Promise<ModulePreview> {
    const { parsed, issues } = await this.#check(name, yaml, loads);
    const valid = parsed !== undefined && issues.every((issue) => issue.severity === "warning");
    return { valid, issues, changes: valid ? this.#options.language.diff(this.#modules.get(name)?.parsed, parsed) : [] };
  }

  apply(name: string, { yaml, ifRevision }: AskedText, principal: Principal): Promise<AppliedModule> {
    return this.#inTurn(() => {
      refuseMoved(name, ifRevision, this.#modules.get(name)?.revision);
      return this.#apply(name, { yaml, origin: originOf(principal), principal });
    });
  }

  remove(name: string, ifRevision?: number): Promise<void> {
    return this.#inTurn(async () => {
      refuseMoved(name, ifRevision, this.#inForce(name).revision);
      const others = this.#parsed(name);
      const { bindings } = this.#options.language.merge(others);
      await this.#options.connectors.prepare(declaredOf(others));
      await this.#orAsBefore(() => this.#options.catalog.remove(name, this.#nowMs()));
      await this.#putInForce(others, bindings);
      this.#modules.delete(name);
      this.#mask();
      this.#options.flow.mark("module", `${name} removed`);
    });
  }

  rollback(name: string, { revision, ifRevision }: AskedRevision, principal: Principal): Promise<{ revision: number }> {
    return this.#inTurn(async () => {
      refuseMoved(name, ifRevision, this.#modules.get(name)?.revision);
      const kept = await this.#options.catalog.revision(name, revision);
      if (kept === undefined) {
        throw new GatewayError("UNKNOWN_REVISION", {
          detail: `Module ${name} has no revision ${revision}.`,
          where: "revision",
          cure: "Choose one of its history.",
        });
      }
      const applied = await this.#apply(name, { yaml: kept.yaml, origin: "rollback", principal });
      return { revision: applied.revision };
    });
  }

  refreshFiles(): Promise<void> {
    return this.#inTurn(async () => {
      const { language, flow } = this.#options;
      let changed = false;
      for (const [name, module] of this.#modules) {
        const fresh = module.parsed === undefined ? await this.#checkAgain(module.revision) : await this.#withFiles(name, module.parsed);
        if (fresh === undefined) continue;
        this.#modules.set(name, { ...module, parsed: fresh, issues: module.parsed === undefined ? [] : module.issues });
        flow.mark("module", `${name}: files changed`);
        changed = true;
      }
      if (!changed) return;
      this.#mask();
      await this.#putInForce(this.#parsed(), language.merge(this.#parsed()).bindings);
    });
  }

  variablesNamed(): ReadonlyMap<string, readonly string[]> {
    const named = new Map<string, string[]>();
    for (const [name, { revision }] of [...this.#modules].sort(([a], [b]) => a.localeCompare(b)))
      for (const variable of new Set(placeholdersIn(revision.yaml).map((one) => one.name.trim())))
        named.set(variable, [...(named.get(variable) ?? []), name]);
    return named;
  }

  refreshVariable(variable: string): Promise<void> {
    return this.#inTurn(async () => {
      const failed: unknown[] = [];
      for (const name of this.variablesNamed().get(variable) ?? [])
        await this.#refresh(name, `${name}: ${variable} changed`).catch((error: unknown) => failed.push(error));
      // A module that is invalid with the new value does not stop the others.
      if (failed.length > 0) throw failed[0];
    });
  }

  async #refresh(name: string, what: string): Promise<void> {
    const { revision } = this.#inForce(name);
    const { parsed, bindings, issues } = await this.#check(name, revision.yaml);
    if (parsed === undefined || bindings === undefined || issues.some(({ severity }) => severity === "error"))
      throw invalidModule(name, issues);
    await this.#prepare(name, parsed);
    this.#mask(parsed);
    this.#modules.set(name, { revision, parsed, issues });
    await this.#putInForce(this.#parsed(), bindings);
    this.#mask();
    this.#options.flow.mark("module", what);
  }

  rebind(): Promise<void> {
    return this.#inTurn(() => this.#putInForce(this.#parsed(), this.#options.language.merge(this.#parsed()).bindings));
  }

  /** Checks a module again that was left out because its certificates were missing. */
  async #checkAgain({ name, yaml }: ModuleRevision): Promise<ParsedModule | undefined> {
    const { parsed, issues } = await this.#check(name, yaml);
    return issues.some((issue) => issue.severity === "error") ? undefined : parsed;
  }

  /** Undefined when its files are unchanged or cannot be used. */
  async #withFiles(name: string, parsed: ParsedModule): Promise<ParsedModule | undefined> {
    if (parsed.endpoints.every(({ tlsLocations }) => tlsLocations === undefined)) return undefined;
    const { document, issues } = await this.#options.language.loadTlsFiles(parsed);
    this.#warnOfFiles(name, issues[0]?.message);
    return document === undefined || isDeepStrictEqual(document.endpoints, parsed.endpoints) ? undefined : document;
  }

  /** Warns once for each new reason, because the files are read again and again. */
  #warnOfFiles(name: string, reason: string | undefined): void {
    if (this.#fileReasons.get(name) === reason) return;
    if (reason === undefined) this.#fileReasons.delete(name);
    else {
      this.#fileReasons.set(name, reason);
      this.#options.warn(`module ${name} goes on with the certificates that it had: ${reason}`);
    }
  }

  schema(): unknown {
    return this.#options.language.schema();
  }

  egressKind(id: string): string {
    for (const { parsed } of this.#modules.values()) {
      const kind = parsed?.egresses.find((egress) => egress.id === id)?.kind;
      const connector = kind === undefined ? undefined : connectorOf.get(kind);
      if (connector !== undefined) return connector.open === undefined ? "inactive" : connector.word;
    }
    return "undeclared";
  }

  async #apply(name: string, parts: { yaml: string; origin: CatalogOrigin; principal: Principal }): Promise<AppliedModule> {
    const { parsed, bindings, issues } = await this.#check(name, parts.yaml);
    if (parsed === undefined || bindings === undefined || issues.some((issue) => issue.severity === "error"))
      throw invalidModule(name, issues);
    const before = this.#modules.get(name);
    const changes = this.#options.language.diff(before?.parsed, parsed);
    if (before !== undefined && before.parsed !== undefined && before.revision.yaml === parts.yaml) {
      // The same text only reads afresh what it names outside (certificates, variables).
      await this.#prepare(name, parsed);
      this.#modules.set(name, { ...before, parsed, issues });
      this.#mask();
      await this.#putInForce(this.#parsed(), bindings);
      return { revision: before.revision.revision, changes, issues };
    }
    await this.#prepare(name, parsed);
    const revision = await this.#orAsBefore(() => this.#options.catalog.append({ name, ...parts, appliedMs: this.#nowMs() }));
    // The masks come first, so that no message of a new ingress is seen unmasked.
    this.#mask(parsed);
    try {
      await this.#orAsBefore(() => this.#putInForce([...this.#parsed(name), parsed], bindings));
    } catch (error) {
      this.#mask();
      const left = (reason: unknown): void => this.#options.warn(`${name} is not in force but in the catalog: ${asError(reason).message}`);
      await this.#takeBack(name, parts.principal).catch(left);
      throw error;
    }
    this.#modules.set(name, { revision, parsed, issues });
    this.#mask();
    this.#options.flow.mark("module", `${name} revision ${revision.revision}`);
    return { revision: revision.revision, changes, issues };
  }

  /** Puts the previous revision in force again. The history then shows both: the refused revision and the one that is in force again. */
  async #takeBack(name: string, principal: Principal): Promise<void> {
    const before = this.#modules.get(name);
    const appliedMs = this.#nowMs();
    if (before === undefined) {
      await this.#options.catalog.remove(name, appliedMs);
      return;
    }
    const { yaml } = before.revision;
    const revision = await this.#options.catalog.append({ name, yaml, origin: "rollback", principal, appliedMs });
    this.#modules.set(name, { ...before, revision });
  }

  /** A module with masks that can no longer be read hides everything, because nobody knows what its masks were. */
  #mask(also?: ParsedModule): void {
    const inForce = [...this.#modules.values()].flatMap(({ parsed, revision }) => {
      if (parsed !== undefined) return parsed.masks.map(({ rule }) => rule);
      return revision.yaml.includes(maskKind) && revision.name !== also?.name ? [maskEverything] : [];
    });
    this.#options.masks.set([...inForce, ...(also?.masks ?? []).map(({ rule }) => rule)]);
  }

  /** Instances that are no longer called may end only after the engine knows what to call instead. */
  async #putInForce(modules: readonly ParsedModule[], bindings: Bindings): Promise<void> {
    const { engine, placements, connectors } = this.#options;
    const endpoints = modules.flatMap((module) => module.endpoints);
    await placements.want(endpoints);
    await engine.applyBindings({ ...bindings, endpoints: placements.bind(bindings.endpoints) });
    placements.inForce(endpoints);
    await connectors.begin(declaredOf(modules));
  }

  /** Returns or throws what `work` does. When it fails, the connectors that were closed for the change are opened again. */
  async #orAsBefore<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const declared = declaredOf(this.#parsed());
      const { connectors, warn } = this.#options;
      await connectors.prepare(declared).catch((reason: unknown) => warn(`ports do not open again: ${asError(reason).message}`));
      await connectors.begin(declared);
      throw error;
    }
  }

  /** A connector that cannot be opened (a taken port) is an issue of the module, at its place in the text. */
  async #prepare(name: string, parsed: ParsedModule): Promise<void> {
    try {
      await this.#options.connectors.prepare(declaredOf([...this.#parsed(name), parsed]));
    } catch (error) {
      if (!(error instanceof ConnectorRefused)) throw error;
      const place = error.declared.module === name ? error.declared.position : { line: 1, column: 1 };
      const message = `${error.message} ${error.cure}`;
      throw invalidModule(name, [{ severity: "error", message, ...place, suggestion: null }]);
    }
  }

  async #check(name: string, yaml: string, loads = true): Promise<Checked> {
    return this.#checkParsed(name, await this.#options.language.parseApart(this.#textOf(name, yaml)), loads);
  }

  #textOf(name: string, yaml: string): ModuleText {
    return { name, yaml, env: this.#options.variables(), carries: this.#options.carries };
  }

  async #checkParsed(name: string, { document, issues }: ModuleParse, loads = true): Promise<Checked> {
    const { language, placements } = this.#options;
    const loaded = document === undefined ? { issues: [] } : await language.loadTlsFiles(document);
    if (loaded.document === undefined) return { parsed: undefined, bindings: undefined, issues: [...issues, ...loaded.issues] };
    const { endpoints, issues: refused } = await placements.check(loaded.document.endpoints, loads);
    const parsed = { ...loaded.document, endpoints };
    const { bindings, issues: all } = language.merge([...this.#parsed(name), parsed]);
    const mine = all.filter((issue) => issue.module === name).map(({ module: _module, ...issue }) => issue);
    return { parsed, bindings, issues: [...issues, ...loaded.issues, ...mine, ...refused] };
  }

  #parsed(except?: string): ParsedModule[] {
    return [...this.#modules.values()].flatMap(({ parsed }) => (parsed === undefined || parsed.name === except ? [] : [parsed]));
  }

  #inForce(name: string): ModuleInForce {
    const found = this.#modules.get(name);
    if (found !== undefined) return found;
    throw new GatewayError("UNKNOWN_MODULE", { detail: `No module is named ${name}.`, where: "name", cure: "GET /v1/modules lists them." });
  }

  #nowMs(): number {
    return (this.#options.nowMs ?? Date.now)();
  }
}

function declaredOf(modules: readonly ParsedModule[]): DeclaredConnector[] {
  return modules.flatMap(({ ingresses, egresses }) => [...ingresses, ...egresses]);
}
