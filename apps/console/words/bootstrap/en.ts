/** The texts of Load data: a savepoint out of SQL; what is wrong with a row comes from the gateway. Neighbours: de.ts, use-bootstrap-words.ts. */
import { counted, grouped } from "../../format/numbers.ts";

export const en = {
  title: "Load data",
  note: "a savepoint out of SQL",
  stop: "Stop",
  tryIt: "Try it",
  make: "Make the savepoint",
  all: "All savepoints",
  sql: "SQL of the bootstrap",
  aside: "Sources and rules",
  writeSql: "Write the SQL first.",
  merges: {
    none: "Begin empty",
    skip: "Begin with what runs; keep its entities",
    replace: "Begin with what runs; replace its entities",
    fail: "Begin with what runs; refuse its entities",
  },
  rules: {
    title: "Rules",
    savepoint: "The savepoint",
    wrong: "Wrong rows that may be left out",
    wrongHint: "With more, nothing is made.",
  },
  nothing: "Nothing tried yet",
  nothingAbout:
    "Each row is one state value, with the columns type, id, name and value. Trying it (Ctrl+Enter) counts and shows what it would hold and makes nothing.",
  notMade: "Nothing was made",
  reading: (rows: number) => `reading, ${grouped(rows)} rows`,
  report: {
    sum: ({ rows, values, entities }: { rows: number; values: number; entities: number }) =>
      `${counted(rows, "row", "rows")}, ${counted(values, "value", "values")} of ${counted(entities, "entity", "entities")}`,
    skipped: (count: number) => `, ${grouped(count)} skipped`,
    replaced: (count: number) => `, ${grouped(count)} replaced`,
    in: (time: string) => ` in ${time}`,
    see: "See it, and restore it",
    states: "State values",
    statesHead: { state: "state", type: "type of the value", values: "values" },
    sample: "A sample",
    sampleHead: { entity: "entity", state: "state", value: "value" },
    made: "A savepoint was made",
    fits: "It fits; nothing was made",
    wrong: (count: number) => `${counted(count, "row is", "rows are")} wrong`,
    butMade: "; nothing was made",
    errors: "What is wrong",
    place: (statement: number, row: string) => `statement ${statement}, row ${row}`,
    first: (shown: string, all: string) => `The first ${shown} of ${all}.`,
  },
  sources: {
    title: "Sources",
    none: "SQL can do without; CSV, JSON Lines, Parquet, SQLite and PostgreSQL can be read.",
    file: "File to read",
    send: "Send a file…",
    there: "One that is there",
    database: "A database",
    sending: (name: string, percent: number, size: string) => `${name}: ${percent} % of ${size}`,
    notKept: "The file was not kept",
    name: "Name in the SQL",
    kind: "Kind",
    remove: (name: string) => `Remove ${name}`,
    urlOf: (name: string) => `URL of ${name}`,
    fileOf: (name: string) => `File of ${name}`,
    choose: "Choose a file",
    problems: {
      name: "A source's name is a name of SQL: letters, digits and _.",
      url: (name: string) => `Give the URL of ${name}.`,
      file: (name: string) => `Choose the file of ${name}.`,
    },
  },
};

export type BootstrapWords = typeof en;
