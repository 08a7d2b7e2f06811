/**
 * FilterWords: the functions of the filter language, and which of CEL's own functions may be called. What is not listed here is refused,
 * because filter-cost.ts counts the cost of these only. Neighbours: cel-environment.ts gives our own two functions to the library.
 */
export interface FilterCall {
  readonly name: string;
  /** What the function is called on; empty when it stands alone. */
  readonly on: "text" | "list" | "time" | "length" | "any" | "";
  readonly form: string;
  readonly about: string;
}

type CallRow = readonly [name: string, on: FilterCall["on"], form: string, about: string];

function call(...[name, on, form, about]: CallRow): FilterCall {
  return { name, on, form, about };
}

export const filterMethods: readonly FilterCall[] = [
  call("startsWith", "text", 'startsWith("a")', "begins so"),
  call("endsWith", "text", 'endsWith("z")', "ends so"),
  call("contains", "text", 'contains("x")', "has it somewhere; capitals count"),
  call("holds", "text", 'holds("x")', "has it somewhere, whatever the case"),
  call("like", "text", 'like("a*z")', "as a whole; * is any run of characters"),
  call("lowerAscii", "text", "lowerAscii()", "in small letters"),
  call("upperAscii", "text", "upperAscii()", "in capitals"),
  call("trim", "text", "trim()", "without space at its ends"),
  call("size", "any", "size()", "characters, elements or keys"),
  call("exists", "list", "exists(x, x > 1)", "holds for one at least"),
  call("exists_one", "list", "exists_one(x, x > 1)", "holds for exactly one"),
  call("all", "list", "all(x, x > 1)", "holds for each"),
  call("getFullYear", "time", "getFullYear()", "UTC"),
  call("getMonth", "time", "getMonth()", "from 0, UTC"),
  call("getDate", "time", "getDate()", "from 1, UTC"),
  call("getDayOfWeek", "time", "getDayOfWeek()", "Sunday is 0, UTC"),
  call("getHours", "time", "getHours()", "UTC, or of a duration"),
  call("getMinutes", "time", "getMinutes()", "UTC, or of a duration"),
  call("getSeconds", "time", "getSeconds()", "UTC, or of a duration"),
];

export const filterFunctions: readonly FilterCall[] = [
  call("has", "", "has(state.name)", "it is there"),
  call("size", "", "size(x)", "characters, elements or keys"),
  call("int", "", "int(x)", "as a whole number"),
  call("double", "", "double(x)", "as a number with a point"),
  call("string", "", "string(x)", "as a text"),
  call("bool", "", "bool(x)", "as true or false"),
  call("timestamp", "", 'timestamp("2026-11-28T08:00:00Z")', "a moment"),
  call("duration", "", 'duration("5m")', "a stretch of time: s, m, h"),
];

/** Functions that evaluate a condition for each element. */
export const loops: ReadonlySet<string> = new Set(["exists", "exists_one", "all"]);
/** Functions that search a text for another one, which has to be a literal. */
export const searches: ReadonlySet<string> = new Set(["contains", "holds", "like"]);
