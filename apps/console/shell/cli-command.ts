/**
 * cliCommand: the command line that asks for what a page shows, made from its URL: the page, what is chosen in it, its filter, its moment.
 * Pure; the palette copies it. Guarantee: a text of others (an id, a filter) is one quoted word of it, whatever it contains.
 */
import { addressOf } from "../features/entities/entity-href.ts";

/** The URL that the command line uses when nobody names a gateway. */
const defaultUrl = "http://127.0.0.1:4280";

export interface ShownPage {
  /** The path without the base path. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The URL of the gateway, with its base path. */
  readonly url: string;
}

export function cliCommand({ path, query, url }: ShownPage): string {
  return commandLine(wordsOf(path, query), url);
}

export function commandLine(words: readonly string[], url: string): string {
  const gateway = url.replace(/\/$/, "") === defaultUrl ? [] : ["--url", url.replace(/\/$/, "")];
  return ["signalbox", ...words, ...gateway].map(quoted).join(" ");
}

function wordsOf(path: string, query: URLSearchParams): readonly string[] {
  const [page = "", ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  const flag = (name: string, from: string): readonly string[] => {
    const value = query.get(from);
    return value === null || value === "" ? [] : [`--${name}`, value];
  };
  switch (page) {
    case "flow":
      return flowWords(rest, query);
    case "traces": {
      const trace = rest[0] ?? query.get("trace");
      return trace === null ? ["traces", "list", ...flag("filter", "filter")] : ["trace", trace];
    }
    case "entities":
      return entityWords(rest, query, flag);
    case "failures":
      if (rest[0] === "invariants") return ["invariants", "list"];
      return rest[0] === "acts" && rest[1] !== undefined
        ? ["failures", "one-act", rest[1]]
        : ["failures", "ls", ...flag("filter", "filter")];
    case "sql":
      return ["sql", "tables"];
    case "functions":
      return functionWords(rest, query);
    case "modules":
      return rest[0] === undefined ? ["modules", "list"] : ["modules", "yaml", rest[0]];
    case "connectors":
      return ["connectors", "connectors"];
    case "savepoints":
      return savepointWords(rest, query, flag);
    case "send":
      return sendWords(query);
    case "people": {
      const tab = query.get("tab");
      return [tab !== null && ["tokens", "sessions", "secrets", "erasures"].includes(tab) ? tab : "people", "list"];
    }
    case "audit":
      return ["audit", "list", ...flag("text", "q"), ...(query.get("outcome") === "all" ? [] : flag("outcome", "outcome"))];
    default:
      return ["overview", "summary"];
  }
}

function flowWords([part, ...names]: readonly string[], query: URLSearchParams): readonly string[] {
  if (part === "breakpoints") return ["breakpoints", "list"];
  if (part === "egress") return ["egresses", "records", names.join("/")];
  // The gateway's own ingresses (http, grpc, console) are no connectors.
  if (part === "ingress")
    return names[0]?.includes("/") === true ? ["connectors", "connector", "ingress", names[0]] : ["connectors", "connectors"];
  const filter = query.get("filter");
  return filter === null || filter === "" ? ["flow", "graph"] : ["tail", filter];
}

type Flag = (name: string, from: string) => readonly string[];

function entityWords([namespace, name, id]: readonly string[], query: URLSearchParams, flag: Flag): readonly string[] {
  if (namespace === undefined || name === undefined || id === undefined) {
    const type = query.get("type");
    return type === null ? ["functions", "counts"] : ["entities", "ls", type, ...flag("prefix", "prefix"), ...flag("filter", "filter")];
  }
  const address = addressOf({ namespace, name, id });
  const entity = address === null ? `${namespace}/${name}/${id}` : `${address.type}/${address.id}`;
  const moment = query.get("asof") ?? query.get("at");
  if (moment !== null) return ["entities", "as-of", entity, moment];
  return ["entities", query.get("tab") === "history" ? "history" : "get", entity];
}

function functionWords([part]: readonly string[], query: URLSearchParams): readonly string[] {
  if (part === "register" || query.get("view") === "endpoints") return ["endpoints", "ls"];
  if (part === "write") return ["functions", "processes"];
  return ["functions", query.get("view") === "limits" ? "limits" : "counts"];
}

function savepointWords([part]: readonly string[], query: URLSearchParams, flag: Flag): readonly string[] {
  if (part === "bootstrap") return ["bootstrap", "files"];
  if (part === "move") return ["move", "--to", query.get("to") ?? "flink"];
  const id = query.get("id");
  if (part !== "compare") return id === null ? ["savepoints", "list"] : ["savepoints", "get", id];
  const from = query.get("from");
  if (from === null) return ["savepoints", "list"];
  const to = query.get("to") ?? "now";
  const [type, entity] = [query.get("etype"), query.get("entity")];
  if (type === null || entity === null) return ["savepoints", "diff", from, to, ...flag("type", "type")];
  return ["comparisons", "entity", "--from", from, "--to", to, "--type", type, "--id", entity];
}

function sendWords(query: URLSearchParams): readonly string[] {
  const [type, id] = [query.get("type"), query.get("id")];
  if (type === null || id === null || type === "" || id === "") return ["send", "--help"];
  const valueType = query.get("as");
  return ["send", `${type}/${id}`, query.get("body") ?? "", ...(valueType === null ? [] : ["--type", valueType])];
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
