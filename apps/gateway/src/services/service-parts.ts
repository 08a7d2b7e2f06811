/**
 * What services work with. compose.ts builds it once; each member is a port of a lower layer.
 */
import type { Engine, Runtime } from "@signalbox/runtime";
import type { AuditCatalog, FilterCatalog } from "../catalog/catalog.ts";
import type { Supervisor } from "../connectors/supervisor.ts";
import type { Flow } from "../flow/flow.ts";
import type { RecentHops } from "../flow/recent-hops.ts";
import type { IngressPort } from "../flow/ingress-port.ts";
import type { ProcessSupervisor } from "../processes/process-supervisor.ts";
import type { Sleepers } from "../scaling/sleepers.ts";
import type { Identity } from "../identity/identity.ts";
import type { Rollups } from "../rollups/rollups.ts";
import type { InvariantWatch } from "../invariants/invariant-watch.ts";
import type { Masks } from "../masking/masks.ts";
import type { ValueCodec } from "../values/value-codec.ts";
import type { Backups } from "./backups/backups.ts";
import type { Differences } from "../differences/differences.ts";
import type { Erasures } from "./erasures/erasures.ts";
import type { Secrets } from "../secrets/secrets.ts";
import type { Bootstraps } from "./bootstrap/bootstraps.ts";
import type { AlertWatch } from "./alerts/alert-watch.ts";
import type { BreakpointWatch } from "./breakpoints/breakpoint-watch.ts";
import type { BulkActs } from "./failures/bulk-acts.ts";
import type { InTurn } from "./in-turn.ts";
import type { FailureMemory } from "./failures/failure-memory.ts";
import type { Demos } from "./demo/demo.ts";
import type { DescriptorSets } from "./descriptors/descriptor-sets.ts";
import type { EndpointChecker } from "./endpoints/endpoint-checker.ts";
import type { Trials } from "./functions/try-function.ts";
import type { Reproductions } from "./reproductions/reproductions.ts";
import type { SavedMessages } from "./send/saved-messages.ts";
import type { Moves } from "./moves/moves.ts";
import type { EntityPauses } from "./pauses/entity-pauses.ts";
import type { Pauses } from "./pauses/pauses.ts";
import type { ModulesInForce } from "./modules/modules-in-force.ts";
import type { PeopleParts } from "./people/people-parts.ts";
import type { Room } from "./room.ts";
import type { SqlQueries } from "./sql/sql-queries.ts";
import type { SavepointFiles } from "./savepoints/savepoint-files.ts";

export interface ServiceParts {
  readonly engine: Engine;
  /** Finds a moment in the journal. It shows only numbers and times, so it is the same for every sight. */
  readonly moments: Pick<Engine, "journalOutlines" | "journalReach" | "nextSequence">;
  /** The runtime behind the engine. */
  readonly runtime: Pick<Runtime, "name" | "capabilities" | "cluster" | "rescale">;
  /** The engine's door for messages that a person sends; the flow shows them as coming from the console. */
  readonly ingress: Pick<IngressPort, "accept">;
  readonly values: ValueCodec;
  /** The masks; `engine` already applies them. */
  readonly masks: Masks;
  readonly modules: ModulesInForce;
  readonly secrets: Pick<Secrets, "list" | "has" | "hasKey" | "put" | "remove">;
  readonly savepoints: SavepointFiles;
  readonly differences: Pick<Differences, "run">;
  readonly erasures: Pick<Erasures, "count" | "start" | "list" | "get" | "resume">;
  readonly bootstraps: Bootstraps;
  readonly backups: Backups;
  readonly moves: Moves;
  readonly saved: SavedMessages;
  /** The filters that people saved, each person their own. */
  readonly filters: FilterCatalog;
  readonly descriptors: DescriptorSets;
  readonly flow: Flow;
  readonly liveStreams: Room;
  readonly sqlQueries: SqlQueries;
  readonly rollups: Pick<Rollups, "ask">;
  /** Timings of recent hops, which the journal does not keep. */
  readonly hops: RecentHops;
  /** The bounds of the journal; null when the runtime does not know them. */
  readonly retention: { readonly level: string; readonly bytesMax: number; readonly ageMs: number } | null;
  readonly failureMemory: Pick<FailureMemory, "list" | "find" | "mark">;
  readonly bulkActs: Pick<BulkActs, "start" | "startMatching" | "list" | "find" | "cancel">;
  /** Runs what changes first messages of entities, one after the other for all sights (entities/head-acts.ts). */
  readonly headsInTurn: InTurn;
  readonly reproductions: Pick<Reproductions, "start" | "find" | "cancel">;
  readonly breakpoints: Pick<BreakpointWatch, "begin" | "released" | "ended">;
  readonly pauses: Pick<Pauses, "load" | "count" | "find" | "put" | "remove">;
  readonly entityPauses: Pick<EntityPauses, "load" | "list" | "pause">;
  readonly invariants: Pick<InvariantWatch, "list" | "put" | "remove" | "preview" | "checkBack" | "cancelCheck">;
  readonly alerts: Pick<AlertWatch, "list" | "put" | "remove" | "test" | "naming">;
  readonly checker: EndpointChecker;
  readonly trials: Trials;
  readonly demos: Demos;
  readonly sleepers: Pick<Sleepers, "view">;
  readonly processes: Pick<ProcessSupervisor, "views" | "output" | "counts">;
  readonly connectors: Pick<Supervisor, "views" | "details" | "retry" | "stop" | "seek" | "check" | "schedule">;
  readonly audit: AuditCatalog;
  readonly identity: Identity;
  readonly people: PeopleParts;
}
