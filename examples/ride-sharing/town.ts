/**
 * The town: a grid of cells, named as on a map from A1 to F6, and the ways between them. Who drives and who rides has a name here too.
 * Neighbours: simulator.ts moves people over it; ride.ts looks for a driver from the passenger's cell outwards.
 */
const columns = "ABCDEF";
const rows = 6;

export const cells: readonly string[] = [...columns].flatMap((column) => Array.from({ length: rows }, (_, row) => `${column}${row + 1}`));

export const drivers: readonly string[] = Array.from({ length: 24 }, (_, number) => `car-${String(number + 1).padStart(2, "0")}`);

export const passengers: readonly string[] =
  "ada bela chen dora emil fatma goran hana ines juno kofi lena mira nils olga pavel quinn rosa sven tuva uma vito wanda xenia yara zeno".split(
    " ",
  );

/** Cells that a car drives through, as streets run. */
export function distance(from: string, to: string): number {
  const [left, right] = [place(from), place(to)];
  return Math.abs(left.column - right.column) + Math.abs(left.row - right.row);
}

/** A cell and all others, the near ones first. */
export function outwards(from: string): readonly string[] {
  return cells.toSorted((left, right) => distance(from, left) - distance(from, right));
}

/** The cells one street away, in any direction that is still in town. */
export function neighbours(cell: string): readonly string[] {
  return cells.filter((other) => distance(cell, other) === 1);
}

function place(cell: string): { readonly column: number; readonly row: number } {
  const column = columns.indexOf(cell.slice(0, 1));
  const row = Number(cell.slice(1));
  if (column < 0 || !(row >= 1 && row <= rows)) throw new RangeError(`${JSON.stringify(cell)} is no cell of this town`);
  return { column, row };
}
