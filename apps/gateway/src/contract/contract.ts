/**
 * The contract: noun, verb, operation: the one list of what the gateway can do. ingestion.ts beside it declares how messages come in.
 */
import { alerts } from "./failures/alerts.ts";
import { invariants } from "./entities/invariants.ts";
import { audit } from "./people/audit.ts";
import { backups } from "./savepoints/backups.ts";
import { bootstrap } from "./savepoints/bootstrap.ts";
import { breakpoints } from "./messages/breakpoints.ts";
import { pauses } from "./functions/pauses.ts";
import { calls } from "./messages/calls.ts";
import { comparisons } from "./savepoints/comparisons.ts";
import { demo } from "./module/demo.ts";
import { descriptors } from "./module/descriptors.ts";
import { egressOperations } from "./messages/egresses.ts";
import { entities } from "./entities/entities.ts";
import { erasures } from "./entities/erasures.ts";
import { failures } from "./failures/failures.ts";
import { flow } from "./overview/flow.ts";
import { functions } from "./functions/functions.ts";
import { live } from "./overview/live.ts";
import { modules } from "./module/modules.ts";
import { moves } from "./savepoints/moves.ts";
import type { ContractShape } from "./operation.ts";
import { overview } from "./overview/overview.ts";
import { past } from "./overview/past-records.ts";
import { rollups } from "./overview/rollups.ts";
import { reproductions } from "./failures/reproductions.ts";
import { runtimeOperations } from "./overview/runtime.ts";
import { people, sessions, tokens } from "./people/people.ts";
import { savepoints } from "./savepoints/savepoints.ts";
import { savedFilters } from "./people/saved-filters.ts";
import { schedules } from "./messages/schedules.ts";
import { secrets } from "./module/secrets.ts";
import { send } from "./messages/send.ts";
import { sql } from "./entities/sql.ts";
import { traces } from "./messages/traces.ts";

export const contract = {
  live,
  overview,
  flow,
  rollups,
  past,
  functions,
  modules,
  doors: egressOperations,
  entities,
  traces,
  failures,
  reproductions,
  breakpoints,
  pauses,
  alerts,
  invariants,
  secrets,
  erasures,
  savepoints,
  comparisons,
  bootstrap,
  backups,
  moves,
  sql,
  runtime: runtimeOperations,
  send,
  calls,
  schedules,
  savedFilters,
  descriptors,
  demo,
  people,
  sessions,
  tokens,
  audit,
} as const satisfies ContractShape;

export type Contract = typeof contract;
