/**
 * PostgresTypes: the types by which PostgreSQL's clients know values: their numbers, names and sizes. Neighbours: postgres-catalog.ts lists
 * them, surfaces/postgres/ writes and reads values of them.
 */
import type { ColumnKind } from "./sql-tables.ts";

export interface PostgresType {
  readonly oid: number;
  readonly name: string;
  /** The name as format_type() writes it. */
  readonly shown: string;
  /** The size of a value; -1 when each value has its own. */
  readonly bytes: number;
  readonly category: string;
  /** The number of an array's element type; 0 when the type is no array. */
  readonly element: number;
  /** The number of the array type; 0 when there is none. */
  readonly array: number;
}

type Scalar = readonly [oid: number, name: string, shown: string, bytes: number, category: string, array: number];

const scalars: readonly Scalar[] = [
  [16, "bool", "boolean", 1, "B", 1000],
  [17, "bytea", "bytea", -1, "U", 1001],
  [18, "char", '"char"', 1, "S", 1002],
  [19, "name", "name", 64, "S", 1003],
  [20, "int8", "bigint", 8, "N", 1016],
  [21, "int2", "smallint", 2, "N", 1005],
  [23, "int4", "integer", 4, "N", 1007],
  [25, "text", "text", -1, "S", 1009],
  [26, "oid", "oid", 4, "N", 1028],
  [114, "json", "json", -1, "U", 199],
  [700, "float4", "real", 4, "N", 1021],
  [701, "float8", "double precision", 8, "N", 1022],
  [705, "unknown", "unknown", -2, "X", 0],
  [1042, "bpchar", "character", -1, "S", 1014],
  [1043, "varchar", "character varying", -1, "S", 1015],
  [1082, "date", "date", 4, "D", 1182],
  [1083, "time", "time without time zone", 8, "D", 1183],
  [1114, "timestamp", "timestamp without time zone", 8, "D", 1115],
  [1184, "timestamptz", "timestamp with time zone", 8, "D", 1185],
  [1186, "interval", "interval", 16, "T", 1187],
  [1266, "timetz", "time with time zone", 12, "D", 1270],
  [1560, "bit", "bit", -1, "V", 1561],
  [1700, "numeric", "numeric", -1, "N", 1231],
  [2205, "regclass", "regclass", 4, "N", 2210],
  [2950, "uuid", "uuid", 16, "U", 2951],
  [3802, "jsonb", "jsonb", -1, "U", 3807],
];

export const postgresTypes: readonly PostgresType[] = scalars.flatMap(([oid, name, shown, bytes, category, array]) => {
  const scalar = { oid, name, shown, bytes, category, element: 0, array };
  const list = { oid: array, name: `_${name}`, shown: `${shown}[]`, bytes: -1, category: "A", element: oid, array: 0 };
  return array === 0 ? [scalar] : [scalar, list];
});

const byOid: ReadonlyMap<number, PostgresType> = new Map(postgresTypes.map((type) => [type.oid, type]));

export function postgresType(oid: number): PostgresType | undefined {
  return byOid.get(oid);
}

/** The types of the columns of our tables. */
export const typeByKind: Readonly<Record<ColumnKind, { readonly oid: number; readonly shown: string; readonly bytes: number }>> = {
  text: { oid: 25, shown: "text", bytes: -1 },
  json: { oid: 25, shown: "text", bytes: -1 },
  whole: { oid: 20, shown: "bigint", bytes: 8 },
  bytes: { oid: 17, shown: "bytea", bytes: -1 },
};

const byDuckDb: Readonly<Record<string, number>> = {
  BOOLEAN: 16,
  TINYINT: 21,
  SMALLINT: 21,
  UTINYINT: 21,
  INTEGER: 23,
  USMALLINT: 23,
  BIGINT: 20,
  UINTEGER: 20,
  UBIGINT: 1700,
  HUGEINT: 1700,
  UHUGEINT: 1700,
  BIGNUM: 1700,
  FLOAT: 700,
  DOUBLE: 701,
  VARCHAR: 25,
  BLOB: 17,
  DATE: 1082,
  TIME: 1083,
  TIMETZ: 1266,
  "TIME WITH TIME ZONE": 1266,
  TIMESTAMP: 1114,
  TIMESTAMP_S: 1114,
  TIMESTAMP_MS: 1114,
  TIMESTAMP_NS: 1114,
  "TIMESTAMP WITH TIME ZONE": 1184,
  INTERVAL: 1186,
  UUID: 2950,
  BIT: 1560,
  JSON: 114,
};

/** A type without a counterpart is sent as JSON. */
export function oidOf(duckDbType: string): number {
  const known = byDuckDb[duckDbType];
  if (known !== undefined) return known;
  if (duckDbType.startsWith("DECIMAL")) return 1700;
  if (duckDbType.startsWith("ENUM")) return 25;
  const element = /^([A-Z_0-9 (),]+)\[\d*\]$/.exec(duckDbType)?.[1];
  const array = element === undefined ? 0 : (postgresType(oidOf(element))?.array ?? 0);
  return array === 0 ? 114 : array;
}
