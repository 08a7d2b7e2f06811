/** LinePosition: where in the YAML something stands; both count from 1. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}
