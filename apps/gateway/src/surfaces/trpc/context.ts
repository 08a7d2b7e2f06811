/** Context: what every tRPC procedure works with: the services behind their guard, and who asks. */
import type { Principal } from "../../contract/principal.ts";
import type { GuardedServices } from "../../services/guarded.ts";

export interface Context {
  readonly services: GuardedServices;
  readonly principal: Principal;
}
