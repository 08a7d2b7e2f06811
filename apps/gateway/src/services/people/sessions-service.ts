/** The verbs of sessions: listing and ending them. People who are no admins see and end only their own. */
import type { SessionRow } from "../../contract/people/people.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { everyNamespace, holds, roleIn } from "../../contract/roles.ts";
import type { ServiceOf } from "../verb.ts";
import type { PeopleServiceParts } from "./people-parts.ts";
import { endSession } from "./sign-in.ts";

export function sessionsService(parts: PeopleServiceParts): ServiceOf<"sessions"> {
  const { catalog } = parts.people;
  const visible = async (principal: Principal): Promise<SessionRow[]> => {
    const names = new Map((await catalog.users()).map(({ id, name }) => [id, name]));
    const nowMs = Date.now();
    const all = await catalog.sessions(managesPeople(principal) ? undefined : (principal.userId ?? ""));
    return all
      .filter(({ expiresMs, usedMs }) => expiresMs > nowMs && nowMs - usedMs <= parts.identity.times.sessionIdleMs)
      .map(({ id, userId, createdMs, usedMs, expiresMs, address, agent }) => {
        const own = principal.credential === `session:${id}`;
        return { id, person: names.get(userId) ?? "", createdMs, usedMs, expiresMs, address, agent, own };
      });
  };
  return {
    list: visible,
    async end(principal, { id }, { changed }) {
      const session = (await visible(principal)).find((one) => one.id === id);
      if (session === undefined || !(await endSession(parts, id))) throw unknownSession();
      changed({ before: `${session.person}, ${session.address}` });
      return {};
    },
  };
}

export function managesPeople({ rights }: Principal): boolean {
  return holds(roleIn(rights, everyNamespace), "admin");
}

/** The same error as for a session of somebody else. */
function unknownSession(): GatewayError {
  return new GatewayError("UNKNOWN_SESSION", { detail: "No such session is open.", where: "id", cure: "List the sessions." });
}
