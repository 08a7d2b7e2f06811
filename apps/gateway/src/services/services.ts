/** The services: one method for each operation of the contract. They are called only through the guard (guarded.ts). */
import { alertsService } from "./alerts/alerts-service.ts";
import { auditService } from "./audit/audit-service.ts";
import { backupsService } from "./backups/backups-service.ts";
import { bootstrapService } from "./bootstrap/bootstrap-service.ts";
import { breakpointsService } from "./breakpoints/breakpoints-service.ts";
import { pausesService } from "./pauses/pauses-service.ts";
import { callsService } from "./calls/calls-service.ts";
import { comparisonsService } from "./comparisons/comparisons-service.ts";
import { demoService } from "./demo/demo-service.ts";
import { descriptorsService } from "./descriptors/descriptors-service.ts";
import { egressesService } from "./egresses/egresses-service.ts";
import { entitiesService } from "./entities/entities-service.ts";
import { erasuresService } from "./erasures/erasures-service.ts";
import { failuresService } from "./failures/failures-service.ts";
import { flowService, overviewService } from "./flow/flow-service.ts";
import { functionsService } from "./functions/functions-service.ts";
import { invariantsService } from "./invariants/invariants-service.ts";
import { liveService } from "./live/live-service.ts";
import { movesService } from "./moves/moves-service.ts";
import { modulesService } from "./modules/modules-service.ts";
import { pastService } from "./past/past-service.ts";
import { reproductionsService } from "./reproductions/reproductions-service.ts";
import { rollupsService } from "./rollups/rollups-service.ts";
import { runtimeService } from "./runtime/runtime-service.ts";
import { peopleService } from "./people/people-service.ts";
import { sessionsService } from "./people/sessions-service.ts";
import { tokensService } from "./people/tokens-service.ts";
import { savepointsService } from "./savepoints/savepoints-service.ts";
import { secretsService } from "./secrets/secrets-service.ts";
import { sendService } from "./send/send-service.ts";
import { savedFiltersService } from "./filters/saved-filters-service.ts";
import { schedulesService } from "./schedules/schedules-service.ts";
import type { ServiceParts } from "./service-parts.ts";
import { sqlService } from "./sql/sql-service.ts";
import { tracesService } from "./traces/traces-service.ts";
import type { Services } from "./verb.ts";

export function createServices(parts: ServiceParts): Services {
  return {
    live: liveService(parts),
    overview: overviewService(parts),
    flow: flowService(parts),
    rollups: rollupsService(parts),
    past: pastService(parts),
    functions: functionsService(parts),
    modules: modulesService(parts),
    doors: egressesService(parts),
    entities: entitiesService(parts),
    traces: tracesService(parts),
    failures: failuresService(parts),
    reproductions: reproductionsService(parts),
    breakpoints: breakpointsService(parts),
    pauses: pausesService(parts),
    alerts: alertsService(parts),
    invariants: invariantsService(parts),
    secrets: secretsService(parts),
    erasures: erasuresService(parts),
    savepoints: savepointsService(parts),
    comparisons: comparisonsService(parts),
    runtime: runtimeService(parts),
    bootstrap: bootstrapService(parts),
    backups: backupsService(parts),
    moves: movesService(parts),
    sql: sqlService(parts),
    send: sendService(parts),
    calls: callsService(parts),
    schedules: schedulesService(parts),
    savedFilters: savedFiltersService(parts),
    descriptors: descriptorsService(parts),
    demo: demoService(parts),
    people: peopleService(parts),
    sessions: sessionsService(parts),
    tokens: tokensService(parts),
    audit: auditService(parts),
  };
}
