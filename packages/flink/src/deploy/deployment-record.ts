/**
 * DeploymentRecord: what the gateway knows of its job, kept in its store: enough to recognise it, and to continue from where it was when it
 * is lost.
 */
import { z } from "zod";
import type { FlinkStore } from "../store/flink-store.ts";

const deployment = z.object({
  run: z.string(),
  digest: z.string(),
  /** Null when it was about to be submitted. */
  job: z.string().nullable(),
  /** The savepoint or checkpoint that it was started from; null when it started from nothing. */
  from: z.string().nullable(),
  /** The savepoint with which it was ended on purpose. */
  ended: z.string().nullable(),
  egresses: z.array(z.string()),
  /** Egresses that StateFun's own connectors write. Records of older versions have none. */
  carried: z.array(z.string()).optional(),
});
export type Deployment = z.infer<typeof deployment>;

const told = z.object({ run: z.string(), checkpoint: z.int() });
export type Told = z.infer<typeof told>;

const identity = z.object({ gateway: z.string(), token: z.string() });
export type GatewayIdentity = z.infer<typeof identity>;

export const readDeployment = (store: FlinkStore): Promise<Deployment | undefined> => store.document("deployment", deployment);
export const readTold = (store: FlinkStore): Promise<Told | undefined> => store.document("told", told);

/** Made once for a data directory. */
export async function gatewayIdentity(store: FlinkStore, random: (bytes: number) => string): Promise<GatewayIdentity> {
  const known = await store.document("identity", identity);
  if (known !== undefined) return known;
  const made = { gateway: random(8), token: random(32) };
  await store.commits.write([store.documentWrite("identity", made)]);
  return made;
}
