/** PeopleParts: what the services of people, sessions and tokens work with, beside the identity that reads what they write. */
import type { IdentityCatalog } from "../../catalog/identity-catalog.ts";
import type { AttemptLimit } from "../../identity/attempt-limit.ts";
import type { Identity } from "../../identity/identity.ts";
import type { Passwords } from "../../identity/password.ts";

export interface PeopleParts {
  readonly catalog: IdentityCatalog;
  readonly passwords: Passwords;
  readonly attempts: AttemptLimit;
}

export interface PeopleServiceParts {
  readonly identity: Identity;
  readonly people: PeopleParts;
}
