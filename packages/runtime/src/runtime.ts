/**
 * Runtime: the port between the gateway and what runs functions. Facets are optional by type: code that needs one asks for it (facetOf) and
 * may be refused; capabilities are the same information as data, for people. packages/engine/src/open-runtime.ts makes one of the embedded
 * engine.
 */
import type { Breakpoints } from "./breakpoints.ts";
import type { Capabilities } from "./capability.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { Egress } from "./egress.ts";
import type { Entities } from "./entities.ts";
import type { Erasure } from "./erasure.ts";
import type { Journal } from "./journal.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Messages } from "./messages.ts";
import type { Savepoints } from "./savepoints.ts";
import type { Watch } from "./watch.ts";

export interface Facets {
  readonly messages: Messages;
  readonly entities: Entities;
  readonly journal: Journal;
  readonly egress: Egress;
  readonly savepoints: Savepoints;
  readonly lifecycle: Lifecycle;
  readonly watch: Watch;
  readonly breakpoints: Breakpoints;
  readonly erasure: Erasure;
}
export type FacetName = keyof Facets;

export interface Runtime extends Partial<Facets> {
  /** `embedded`, `memory`, … */
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly lifecycle: Lifecycle;
  /** The cluster that runs the functions, as it was at the last request; absent when there is none. */
  readonly cluster?: () => ClusterView | undefined;
  /**
   * Changes the parallelism of the job on that cluster, for which functions stand still for seconds. When it rejects with EngineError, the
   * job runs as before.
   */
  readonly rescale?: (parallelism: number) => Promise<void>;
}
