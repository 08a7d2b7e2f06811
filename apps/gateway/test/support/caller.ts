/** The tRPC router of a gateway as the console calls it. */
import { localPerson } from "../../src/contract/principal.ts";
import { appRouter } from "../../src/surfaces/trpc/router.ts";
import type { TestGateway } from "./start-gateway.ts";

export type Caller = ReturnType<typeof appRouter.createCaller>;

export async function callerOf({ gateway }: Pick<TestGateway, "gateway">): Promise<Caller> {
  return appRouter.createCaller({ services: await gateway.core.services.open(), principal: localPerson("console") });
}
