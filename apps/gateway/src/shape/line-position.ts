/**
 * LinePosition: a place in the YAML; line and column count from 1.
 */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}
