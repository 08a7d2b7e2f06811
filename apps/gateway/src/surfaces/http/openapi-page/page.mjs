/** The script of /openapi, which runs in the browser: a form for each operation of openapi.json, its request as curl, and what was answered. Texts are set as text, never as HTML. */
const shownCharactersMax = 200_000;
const placeholder = /\{([^}]+)\}/g;
const base = location.pathname.replace(/\/openapi$/, "");
const list = document.querySelector("#operations");

try {
  const answer = await fetch(`${base}/openapi.json`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`openapi.json answered ${answer.status}: ${text}`);
  show(JSON.parse(text));
} catch (error) {
  list.replaceChildren(made("p", { role: "alert" }, String(error)));
}
list.setAttribute("aria-busy", "false");

function show(document_) {
  const groups = new Map();
  for (const [path, methods] of Object.entries(document_.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? "others";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push({ path, method: method.toUpperCase(), operation });
    }
  const schemas = document_.components?.schemas ?? {};
  const sections = [...groups].map(([tag, operations]) =>
    made("section", {}, made("h2", {}, tag), ...operations.map((one) => entry(one, schemas))),
  );
  list.replaceChildren(...sections, made("p", { id: "none", role: "status", hidden: "" }, "Nothing has these words."));
  const find = document.querySelector("#find");
  const look = () => narrow(find.value.toLowerCase().split(/\s+/).filter(Boolean));
  find.addEventListener("input", look);
  // What was typed while the document was on its way counts.
  look();
}

function narrow(words) {
  let isAny = false;
  for (const section of list.querySelectorAll("section")) {
    let isOne = false;
    for (const item of section.querySelectorAll("details")) {
      item.hidden = !words.every((word) => item.dataset.words.includes(word));
      isOne ||= !item.hidden;
    }
    section.hidden = !isOne;
    isAny ||= isOne;
  }
  list.querySelector("#none").hidden = isAny;
}

function entry({ path, method, operation }, schemas) {
  const item = made(
    "details",
    {},
    made("summary", {}, made("code", {}, `${method} ${path}`), made("span", {}, ` ${operation.summary ?? ""}`)),
  );
  item.dataset.words = `${method} ${path} ${operation.operationId} ${operation.summary}`.toLowerCase();
  // A form is made when it is first wanted: there are some two hundred.
  item.addEventListener("toggle", () => item.querySelector("form") ?? item.append(form({ path, method, operation }, schemas)));
  return item;
}

function form({ path, method, operation }, schemas) {
  const fields = (operation.parameters ?? []).map((parameter) => ({
    parameter,
    input: made("input", { ...(parameter.required ? { required: "" } : {}), placeholder: hint(parameter.schema), autocomplete: "off" }),
  }));
  const [[mediaType, media] = []] = Object.entries(operation.requestBody?.content ?? {});
  const type = made("input", { value: mediaType === "*/*" ? "text/plain" : (mediaType ?? "") });
  const body = made("textarea", { rows: "5", spellcheck: "false" }, mediaType === undefined ? "" : example(media.schema, schemas));
  const curl = made("pre", { tabindex: "0", "aria-label": "As curl" });
  const answer = made("pre", { tabindex: "0", role: "status", "aria-label": "Answer", hidden: "" });
  const request = () => requestOf({ path, method, fields, type: mediaType === undefined ? undefined : type.value, body: body.value });
  const tell = () => curl.replaceChildren(curlOf(request()));
  const isChange = operation["x-audited"] === true;
  const send = made("button", { type: "submit" }, isChange ? "Send: this changes something" : "Send");
  const all = made(
    "form",
    {},
    made("span", { class: "quiet" }, `Needs: ${operation["x-access"] ?? "nothing"}`),
    ...(operation.deprecated ? [made("strong", { class: "old" }, `Deprecated. ${operation.description ?? ""}`)] : []),
    ...fields.map(({ parameter, input }) => labelled(`${parameter.name}${parameter.required ? "" : " (optional)"}`, input)),
    ...(mediaType === undefined ? [] : [labelled("Content-Type", type), labelled("Body", body)]),
    curl,
    send,
    answer,
  );
  if (isChange) send.className = "changes";
  all.addEventListener("input", tell);
  all.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(request(), answer);
  });
  tell();
  return all;
}

function requestOf({ path, method, fields, type, body }) {
  const values = new Map(fields.map(({ parameter, input }) => [parameter.name, input.value]));
  const query = new URLSearchParams(
    fields
      .filter(({ parameter, input }) => parameter.in === "query" && input.value !== "")
      .map(({ parameter, input }) => [parameter.name, input.value]),
  );
  const filled = path.replace(placeholder, (_all, name) => encodeURIComponent(values.get(name) ?? ""));
  const url = `${location.origin}${base}${filled}${query.size === 0 ? "" : `?${query}`}`;
  return { method, url, ...(type === undefined ? {} : { type, body }) };
}

async function ask({ method, url, type, body }, place) {
  place.hidden = false;
  place.replaceChildren("Waiting…");
  try {
    const headers = type === undefined ? {} : { "content-type": type };
    const answer = await fetch(url, { method, headers, ...(type === undefined ? {} : { body }) });
    const kind = answer.headers.get("content-type") ?? "";
    const text = /json|text|yaml/.test(kind) ? pretty(await answer.text(), kind) : `${(await answer.arrayBuffer()).byteLength} bytes`;
    place.replaceChildren(
      `${answer.status} ${kind}\n\n${text.slice(0, shownCharactersMax)}${text.length > shownCharactersMax ? "\n…" : ""}`,
    );
  } catch (error) {
    place.replaceChildren(`No answer: ${String(error)}`);
  }
}

function curlOf({ method, url, type, body }) {
  const words = ["curl", ...(method === "GET" ? [] : ["-X", method])];
  if (type !== undefined) words.push("-H", quoted(`content-type: ${type}`), "--data-binary", quoted(body));
  return [...words, quoted(url)].join(" ");
}

function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function pretty(text, kind) {
  if (!/json/.test(kind)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What is required of a body, each field with a value of its kind. */
function example(schema, schemas) {
  const value = sample(schema, schemas, 0);
  return value === undefined || typeof value === "string" ? "" : JSON.stringify(value, null, 2);
}

function sample(schema, schemas, depth) {
  if (schema === undefined || depth > 6) return undefined;
  if (schema.$ref !== undefined) return sample(schemas[schema.$ref.split("/").at(-1)], schemas, depth + 1);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? [];
  if (first !== undefined) return sample(first, schemas, depth + 1);
  if (schema.type === "object") {
    const wanted = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
    return Object.fromEntries(wanted.map(([name, one]) => [name, sample(one, schemas, depth + 1) ?? null]));
  }
  if (schema.type === "array") return [];
  if (schema.type === "boolean") return false;
  return schema.type === "string" ? "" : (schema.minimum ?? 0);
}

function hint(schema) {
  if (schema === undefined) return "";
  const kinds = [schema, ...(schema.anyOf ?? [])].map(({ type, enum: values }) => (values === undefined ? type : values.join(" | ")));
  const kind = kinds.find((one) => one !== undefined && one !== "null") ?? "";
  return schema.default === undefined || schema.default === "" ? kind : `${kind}, ${JSON.stringify(schema.default)} unless said`;
}

function labelled(text, field) {
  return made("label", {}, made("span", {}, text), field);
}

function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
