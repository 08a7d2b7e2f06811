/** PeopleParts: what the services of people, sessions and tokens work with, beside the identity that reads what they write. */
import type { IdentityCatalog } from "../../catalog/identity-catalog.ts";
import type { AttemptLimit } from "../../identity/attempt-limit.ts";
import type { IdentityProvider } from "../../identity/identity-provider.ts";
import type { Identity } from "../../identity/identity.ts";
import type { Passwords } from "../../identity/password.ts";
import type { InTurn } from "../in-turn.ts";

export interface PeopleParts {
  readonly catalog: IdentityCatalog;
  readonly passwords: Passwords;
  readonly attempts: AttemptLimit;
  /** Runs changes of rights one after the other. */
  readonly inTurn: InTurn;
  /** undefined when people sign in only with passwords. */
  readonly provider?: IdentityProvider | undefined;
}

export interface PeopleServiceParts {
  readonly identity: Identity;
  readonly people: PeopleParts;
}
