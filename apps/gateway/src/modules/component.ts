/** Component: one thing that a module declares, as it stands in the YAML; legacy documents are turned into these first. */
import type { IssueList } from "../shape/issues.ts";
import type { LocatedMap } from "../shape/located-value.ts";
import type { Position } from "./parsed-module.ts";

export interface Component {
  /** A key of componentKinds. */
  readonly kind: string;
  readonly position: Position;
  readonly spec: LocatedMap;
}

export interface BuildContext {
  readonly module: string;
  readonly issues: IssueList;
  /** The same as in ReadContext. */
  readonly carries?: boolean | undefined;
}
