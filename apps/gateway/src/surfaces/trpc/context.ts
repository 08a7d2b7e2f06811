/** Context: what every tRPC procedure gets: the services behind their guard, and the principal. */
import type { Principal } from "../../contract/principal.ts";
import type { GuardedServices } from "../../services/guarded.ts";

export interface Context {
  readonly services: GuardedServices;
  readonly principal: Principal;
}
