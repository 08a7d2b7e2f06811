/**
 * PostgresCatalog: what clients of PostgreSQL ask its system catalog for (psql's \d, JDBC's getTables, dashboards), as views and macros in
 * a schema of their own. DuckDB has views of these names for its own objects, with other types and fewer columns. Neighbours: sql-query.ts
 * makes them for queries that name the schema, surfaces/postgres/dialect.ts translates the names of PostgreSQL to these, sql-tables.ts says
 * which tables there are.
 */
import { quotedText } from "../duckdb/open-duckdb.ts";
import { postgresType, postgresTypes, typeByKind } from "./postgres-types.ts";
import { liveTables } from "./sql-tables.ts";

export const catalogSchema = "pg_wire";
/** Names with this prefix are those of information_schema, in the same schema. */
export const informationPrefix = "is_";
export const postgresVersion = "14.0";
export const postgresVersionNumber = "140000";

/** Clients have to name a database, and this is the only one. */
const database = "signalbox";
const owner = "signalbox";
const mainOid = 2200;
const catalogOid = 11;
const informationOid = 13_000;
const ownerOid = 10;
/** Lower numbers are PostgreSQL's own. */
const firstTableOid = 16_384;

const sqlTypes = { o: "BIGINT", i: "INTEGER", t: "VARCHAR", b: "BOOLEAN", f: "FLOAT", l: "BIGINT[]", a: "VARCHAR[]" } as const;
type SqlType = keyof typeof sqlTypes;
const unsaid: Readonly<Record<string, Cell>> = { BIGINT: 0, INTEGER: 0, BOOLEAN: false, FLOAT: 0 };
type Cell = string | number | boolean | null;
/** A column that is missing here is 0, false or NULL, by its type. */
type Row = Readonly<Record<string, Cell>>;

interface Relation {
  /** Each is `name:type`, where the type is a letter of sqlTypes. */
  readonly columns: string;
  readonly rows: readonly Row[];
}

export function isCatalogQuery(sql: string): boolean {
  return sql.includes(`${catalogSchema}.`);
}

const tableOid = (at: number): number => firstTableOid + at;
const owned = { relowner: ownerOid };

const classes = liveTables.map(({ name, columns }, at): Row => {
  const kind = { relkind: "r", relpersistence: "p", relreplident: "n", relispopulated: true, relam: 2, reltuples: -1 };
  return { oid: tableOid(at), relname: name, relnamespace: mainOid, ...owned, ...kind, relnatts: Object.keys(columns).length };
});

const attributes = liveTables.flatMap(({ columns }, at) =>
  Object.entries(columns).map(([attname, kind], index): Row => {
    const { oid, bytes } = typeByKind[kind];
    const form = { attlen: bytes, attcacheoff: -1, atttypmod: -1, attstattarget: -1, attalign: "i", attstorage: "x", attislocal: true };
    return {
      attrelid: tableOid(at),
      attname,
      atttypid: oid,
      attnum: index + 1,
      ...form,
      attcompression: "",
      attidentity: "",
      attgenerated: "",
    };
  }),
);

const types = postgresTypes.map(({ oid, name, bytes, category, element, array }): Row => {
  const io = element === 0 ? `${name}in` : "array_in";
  const form = {
    typlen: bytes,
    typbyval: bytes > 0,
    typtype: "b",
    typcategory: category,
    typisdefined: true,
    typdelim: ",",
    typtypmod: -1,
  };
  const place = { typnamespace: catalogOid, typowner: ownerOid };
  return { oid, typname: name, ...place, ...form, typelem: element, typarray: array, typinput: io, typoutput: io };
});

const informationColumns = liveTables.flatMap(({ name, columns }) =>
  Object.entries(columns).map(([column, kind], index): Row => {
    const { oid, shown } = typeByKind[kind];
    const isWhole = kind === "whole";
    return {
      ...inPublic(name),
      column_name: column,
      ordinal_position: index + 1,
      is_nullable: "YES",
      data_type: shown,
      character_maximum_length: null,
      numeric_precision: isWhole ? 64 : null,
      numeric_scale: isWhole ? 0 : null,
      datetime_precision: null,
      udt_catalog: database,
      udt_schema: "pg_catalog",
      udt_name: postgresType(oid)?.name ?? "text",
      is_identity: "NO",
      is_generated: "NEVER",
      is_updatable: "NO",
    };
  }),
);

function inPublic(name: string): Row {
  return { table_catalog: database, table_schema: "public", table_name: name };
}

const relations: Readonly<Record<string, Relation>> = {
  pg_namespace: {
    columns: "oid:o nspname:t nspowner:o nspacl:a",
    rows: [
      { oid: mainOid, nspname: "public", nspowner: ownerOid },
      { oid: catalogOid, nspname: "pg_catalog", nspowner: ownerOid },
      { oid: informationOid, nspname: "information_schema", nspowner: ownerOid },
    ],
  },
  pg_class: {
    columns:
      "oid:o relname:t relnamespace:o reltype:o reloftype:o relowner:o relam:o relfilenode:o reltablespace:o relpages:i reltuples:f relallvisible:i reltoastrelid:o relhasindex:b relisshared:b relpersistence:t relkind:t relnatts:i relchecks:i relhasrules:b relhastriggers:b relhassubclass:b relrowsecurity:b relforcerowsecurity:b relispopulated:b relreplident:t relispartition:b relrewrite:o relfrozenxid:o relminmxid:o relacl:a reloptions:a relpartbound:t",
    rows: classes,
  },
  pg_attribute: {
    columns:
      "attrelid:o attname:t atttypid:o attstattarget:i attlen:i attnum:i attndims:i attcacheoff:i atttypmod:i attbyval:b attalign:t attstorage:t attcompression:t attnotnull:b atthasdef:b atthasmissing:b attidentity:t attgenerated:t attisdropped:b attislocal:b attinhcount:i attcollation:o attacl:a attoptions:a attfdwoptions:a",
    rows: attributes,
  },
  pg_type: {
    columns:
      "oid:o typname:t typnamespace:o typowner:o typlen:i typbyval:b typtype:t typcategory:t typispreferred:b typisdefined:b typdelim:t typrelid:o typelem:o typarray:o typinput:t typoutput:t typnotnull:b typbasetype:o typtypmod:i typndims:i typcollation:o",
    rows: types,
  },
  pg_description: {
    columns: "objoid:o classoid:o objsubid:i description:t",
    rows: liveTables.map(({ about }, at) => ({ objoid: tableOid(at), classoid: 1259, description: about })),
  },
  pg_settings: {
    columns: "name:t setting:t unit:t category:t short_desc:t source:t vartype:t",
    rows: [
      { name: "max_index_keys", setting: "32", vartype: "integer" },
      { name: "server_version", setting: postgresVersion, vartype: "string" },
      { name: "standard_conforming_strings", setting: "on", vartype: "bool" },
    ],
  },
  pg_roles: {
    columns:
      "oid:o rolname:t rolsuper:b rolinherit:b rolcreaterole:b rolcreatedb:b rolcanlogin:b rolreplication:b rolconnlimit:i rolpassword:t rolvaliduntil:t rolbypassrls:b rolconfig:a",
    rows: [{ oid: ownerOid, rolname: owner, rolinherit: true, rolcanlogin: true, rolconnlimit: -1 }],
  },
  pg_user: {
    columns: "usename:t usesysid:o usecreatedb:b usesuper:b userepl:b usebypassrls:b passwd:t valuntil:t useconfig:a",
    rows: [{ usename: owner, usesysid: ownerOid }],
  },
  pg_tablespace: {
    columns: "oid:o spcname:t spcowner:o spcacl:a spcoptions:a",
    rows: [{ oid: 1663, spcname: "pg_default", spcowner: ownerOid }],
  },
  pg_am: { columns: "oid:o amname:t amhandler:t amtype:t", rows: [{ oid: 2, amname: "heap", amtype: "t" }] },
  pg_tables: {
    columns: "schemaname:t tablename:t tableowner:t tablespace:t hasindexes:b hasrules:b hastriggers:b rowsecurity:b",
    rows: liveTables.map(({ name }) => ({ schemaname: "public", tablename: name, tableowner: owner })),
  },
  is_tables: {
    columns: "table_catalog:t table_schema:t table_name:t table_type:t is_insertable_into:t is_typed:t",
    rows: liveTables.map(({ name }) => ({ ...inPublic(name), table_type: "BASE TABLE", is_insertable_into: "NO", is_typed: "NO" })),
  },
  is_columns: {
    columns:
      "table_catalog:t table_schema:t table_name:t column_name:t ordinal_position:i column_default:t is_nullable:t data_type:t character_maximum_length:i numeric_precision:i numeric_scale:i datetime_precision:i udt_catalog:t udt_schema:t udt_name:t is_identity:t is_generated:t is_updatable:t",
    rows: informationColumns,
  },
  is_schemata: {
    columns: "catalog_name:t schema_name:t schema_owner:t",
    rows: ["public", "pg_catalog", "information_schema"].map((name) => ({
      catalog_name: database,
      schema_name: name,
      schema_owner: owner,
    })),
  },
  ...empty({
    pg_attrdef: "oid:o adrelid:o adnum:i adbin:t",
    pg_authid: "oid:o rolname:t",
    pg_auth_members: "roleid:o member:o grantor:o admin_option:b",
    pg_collation: "oid:o collname:t collnamespace:o collprovider:t collcollate:t collctype:t",
    pg_constraint:
      "oid:o conname:t connamespace:o contype:t condeferrable:b condeferred:b convalidated:b conrelid:o contypid:o conindid:o conparentid:o confrelid:o confupdtype:t confdeltype:t confmatchtype:t conislocal:b coninhcount:i connoinherit:b conkey:l confkey:l conpfeqop:l conbin:t",
    pg_depend: "classid:o objid:o objsubid:i refclassid:o refobjid:o refobjsubid:i deptype:t",
    pg_enum: "oid:o enumtypid:o enumsortorder:f enumlabel:t",
    pg_event_trigger: "oid:o evtname:t evtevent:t evtowner:o evtfoid:o evtenabled:t evttags:a",
    pg_extension: "oid:o extname:t extowner:o extnamespace:o extrelocatable:b extversion:t extconfig:l extcondition:a",
    pg_foreign_data_wrapper: "oid:o fdwname:t fdwowner:o fdwhandler:o fdwvalidator:o fdwacl:a fdwoptions:a",
    pg_foreign_server: "oid:o srvname:t srvowner:o srvfdw:o srvtype:t srvversion:t srvacl:a srvoptions:a",
    pg_foreign_table: "ftrelid:o ftserver:o ftoptions:a",
    pg_index:
      "indexrelid:o indrelid:o indnatts:i indnkeyatts:i indisunique:b indisprimary:b indisexclusion:b indimmediate:b indisclustered:b indisvalid:b indcheckxmin:b indisready:b indislive:b indisreplident:b indkey:l indcollation:l indclass:l indoption:l indexprs:t indpred:t",
    pg_indexes: "schemaname:t tablename:t indexname:t tablespace:t indexdef:t",
    pg_inherits: "inhrelid:o inhparent:o inhseqno:i inhdetachpending:b",
    pg_language: "oid:o lanname:t lanowner:o lanispl:b lanpltrusted:b",
    pg_locks: "locktype:t database:o relation:o pid:i mode:t granted:b",
    pg_matviews: "schemaname:t matviewname:t matviewowner:t definition:t",
    pg_opclass: "oid:o opcname:t opcnamespace:o opcintype:o",
    pg_operator: "oid:o oprname:t oprnamespace:o oprleft:o oprright:o oprresult:o",
    pg_partitioned_table: "partrelid:o partstrat:t partnatts:i partdefid:o partattrs:l",
    pg_policy: "oid:o polname:t polrelid:o polcmd:t polpermissive:b polroles:l polqual:t polwithcheck:t",
    pg_proc:
      "oid:o proname:t pronamespace:o proowner:o prolang:o procost:f prorows:f provariadic:o prokind:t prosecdef:b proleakproof:b proisstrict:b proretset:b provolatile:t proparallel:t pronargs:i prorettype:o proargtypes:l proallargtypes:l proargmodes:a proargnames:a prosrc:t proacl:a",
    pg_publication: "oid:o pubname:t pubowner:o puballtables:b",
    pg_publication_rel: "oid:o prpubid:o prrelid:o",
    pg_range: "rngtypid:o rngsubtype:o",
    pg_rewrite: "oid:o rulename:t ev_class:o ev_type:t ev_enabled:t is_instead:b ev_action:t",
    pg_seclabels: "objoid:o classoid:o objsubid:i label:t",
    pg_sequence: "seqrelid:o seqtypid:o seqstart:o seqincrement:o seqmax:o seqmin:o seqcache:o seqcycle:b",
    pg_sequences: "schemaname:t sequencename:t sequenceowner:t",
    pg_shdescription: "objoid:o classoid:o description:t",
    pg_stat_activity: "datid:o datname:t pid:i usename:t application_name:t client_addr:t state:t query:t",
    pg_stat_user_tables: "relid:o schemaname:t relname:t n_live_tup:o",
    pg_statistic_ext: "oid:o stxrelid:o stxname:t stxnamespace:o stxowner:o stxstattarget:i stxkeys:l stxkind:a",
    pg_timezone_names: "name:t abbrev:t utc_offset:t is_dst:b",
    pg_trigger:
      "oid:o tgrelid:o tgparentid:o tgname:t tgfoid:o tgtype:i tgenabled:t tgisinternal:b tgconstrrelid:o tgconstrindid:o tgconstraint:o tgdeferrable:b tginitdeferred:b tgnargs:i tgqual:t",
    pg_views: "schemaname:t viewname:t viewowner:t definition:t",
    is_views: "table_catalog:t table_schema:t table_name:t view_definition:t",
    is_routines:
      "specific_catalog:t specific_schema:t specific_name:t routine_catalog:t routine_schema:t routine_name:t routine_type:t data_type:t",
    is_table_constraints:
      "constraint_catalog:t constraint_schema:t constraint_name:t table_catalog:t table_schema:t table_name:t constraint_type:t",
    is_key_column_usage:
      "constraint_catalog:t constraint_schema:t constraint_name:t table_catalog:t table_schema:t table_name:t column_name:t ordinal_position:i position_in_unique_constraint:i",
    is_constraint_column_usage:
      "table_catalog:t table_schema:t table_name:t column_name:t constraint_catalog:t constraint_schema:t constraint_name:t",
    is_referential_constraints:
      "constraint_catalog:t constraint_schema:t constraint_name:t unique_constraint_catalog:t unique_constraint_schema:t unique_constraint_name:t match_option:t update_rule:t delete_rule:t",
    is_sequences: "sequence_catalog:t sequence_schema:t sequence_name:t",
  }),
};

function empty(columns: Readonly<Record<string, string>>): Record<string, Relation> {
  return Object.fromEntries(Object.entries(columns).map(([name, list]) => [name, { columns: list, rows: [] }]));
}

/** Functions of PostgreSQL that DuckDB lacks, or that would answer with DuckDB's own facts. */
const macros: Readonly<Record<string, string>> = {
  format_type: `(type_oid, type_mod) AS (SELECT coalesce(max(shown), '???') FROM (VALUES ${postgresTypes.map(({ oid, shown }) => `(${oid}, ${quotedText(shown)})`).join(", ")}) AS names(oid, shown) WHERE oid = type_oid)`,
  quote_ident: `(identifier) AS (CASE WHEN regexp_full_match(identifier, '[a-z_][a-z0-9_]*') THEN identifier ELSE '"' || replace(identifier, '"', '""') || '"' END)`,
  quote_literal: `(x) AS ('''' || replace(CAST(x AS VARCHAR), '''', '''''') || '''')`,
  to_regclass: `(x) AS (SELECT max(oid) FROM ${catalogSchema}.pg_class WHERE relname = replace(regexp_replace(x, '^"?(public|pg_catalog)"?[.]', ''), '"', ''))`,
  to_regtype: `(x) AS (SELECT max(oid) FROM ${catalogSchema}.pg_type WHERE typname = x)`,
  obj_description: `(x, y := 'pg_class') AS (SELECT max(description) FROM ${catalogSchema}.pg_description WHERE objoid = x AND objsubid = 0)`,
  pg_database: `(named) AS TABLE SELECT CAST(1 AS BIGINT) AS oid, named AS datname, CAST(${ownerOid} AS BIGINT) AS datdba, 6 AS encoding, 'C.UTF-8' AS datcollate, 'C.UTF-8' AS datctype, false AS datistemplate, true AS datallowconn, -1 AS datconnlimit, 0 AS datlastsysoid, 0 AS datfrozenxid, 0 AS datminmxid, 1663 AS dattablespace, CAST(NULL AS VARCHAR[]) AS datacl`,
  pg_get_keywords: "() AS TABLE SELECT keyword_name AS word, 'R' AS catcode, 'reserved' AS catdesc FROM duckdb_keywords()",
  is__pg_expandarray: "(x) AS {'x': 0, 'n': 0}",
  parse_ident: "(x) AS (string_split(x, '.'))",
  array_lower: "(x, y) AS (CASE WHEN len(x) > 0 THEN 1 END)",
  array_upper: "(x, y) AS (CASE WHEN len(x) > 0 THEN CAST(len(x) AS INTEGER) END)",
  set_config: "(x, y, z) AS (y)",
  pg_is_in_recovery: "() AS (false)",
  pg_backend_pid: "() AS (0)",
  pg_postmaster_start_time: "() AS (TIMESTAMPTZ '2000-01-01 00:00:00+00')",
  pg_conf_load_time: "() AS (TIMESTAMPTZ '2000-01-01 00:00:00+00')",
  pg_my_temp_schema: "() AS (0)",
  current_schemas: "(x) AS (CASE WHEN x THEN ['pg_catalog', 'public'] ELSE ['public'] END)",
  pg_encoding_to_char: "(x) AS ('UTF8')",
  pg_get_userbyid: "(x) AS ('signalbox')",
  ...constant(["pg_table_is_visible", "pg_type_is_visible", "pg_function_is_visible", "pg_relation_is_publishable"], "(x) AS (true)"),
  ...constant(["pg_is_other_temp_schema", "pg_index_has_property", "pg_relation_is_updatable"], "(x, y := NULL) AS (false)"),
  ...constant(
    [
      "pg_get_viewdef",
      "pg_get_indexdef",
      "pg_get_constraintdef",
      "pg_get_ruledef",
      "pg_get_triggerdef",
      "pg_get_functiondef",
      "pg_get_expr",
    ],
    "(x, y := NULL, z := NULL) AS (CAST(NULL AS VARCHAR))",
  ),
  ...constant(
    [
      "pg_get_partkeydef",
      "pg_get_function_result",
      "pg_get_function_arguments",
      "pg_get_function_identity_arguments",
      "pg_get_statisticsobjdef_columns",
      "pg_get_serial_sequence",
      "pg_size_pretty",
      "pg_tablespace_location",
    ],
    "(x, y := NULL) AS (CAST(NULL AS VARCHAR))",
  ),
  ...constant(["col_description", "shobj_description"], "(x, y) AS (CAST(NULL AS VARCHAR))"),
  ...constant(
    ["pg_relation_size", "pg_total_relation_size", "pg_table_size", "pg_indexes_size", "pg_database_size", "pg_tablespace_size"],
    "(x) AS (CAST(NULL AS BIGINT))",
  ),
  ...constant(
    ["has_table_privilege", "has_schema_privilege", "has_database_privilege", "has_any_column_privilege", "has_column_privilege"],
    "(x, y, z := NULL) AS (true)",
  ),
};

function constant(names: readonly string[], body: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, body]));
}

/** The names of the schema's views and macros, as clients write them. */
export const catalogNames: ReadonlySet<string> = new Set([...Object.keys(relations), ...Object.keys(macros)]);

/** The views that macros read. */
const always = ["pg_class", "pg_type", "pg_description"];

/** Returns the statements that make the parts of the schema that the query names. */
export function postgresCatalog(sql: string): string[] {
  const isNamed = (name: string): boolean => always.includes(name) || sql.includes(`${catalogSchema}.${name}`);
  const views = Object.entries(relations)
    .filter(([name]) => isNamed(name))
    .map(([name, relation]) => `CREATE VIEW ${catalogSchema}.${name} AS ${selectOf(relation)}`);
  const functions = Object.entries(macros)
    .filter(([name]) => isNamed(name))
    .map(([name, body]) => `CREATE MACRO ${catalogSchema}.${name}${body}`);
  return [`CREATE SCHEMA ${catalogSchema}`, ...views, ...functions];
}

function selectOf({ columns, rows }: Relation): string {
  const named = columns.split(" ").map((column) => {
    const [name = "", type = ""] = column.split(":");
    return { name, type: sqlTypes[type as SqlType] };
  });
  if (rows.length === 0) return `SELECT ${named.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${name}`).join(", ")} LIMIT 0`;
  const casts = named.map(({ name, type }) => `CAST(${name} AS ${type}) AS ${name}`).join(", ");
  const values = rows.map(
    (row) => `(${named.map(({ name, type }) => literal(row[name] === undefined ? (unsaid[type] ?? null) : row[name])).join(", ")})`,
  );
  return `SELECT ${casts} FROM (VALUES ${values.join(", ")}) AS given(${named.map(({ name }) => name).join(", ")})`;
}

function literal(cell: Cell): string {
  if (cell === null) return "NULL";
  return typeof cell === "string" ? quotedText(cell) : String(cell);
}
