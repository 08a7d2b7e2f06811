/**
 * The code of embedded functions inside a module's YAML: finds it, replaces it, and writes the module that a new source begins with. The
 * rest of the text stays unchanged, comments included. Pure.
 */

const opening = /^([ ]*)code:[ ]*\|[-+]?[ ]*$/;
const embedded = /^kind:[ ]*io\.signalbox\.endpoints\.v1\/embedded[ ]*$/m;

interface Block {
  /** The index of the line after `code: |`, and of the one after the code. */
  readonly from: number;
  readonly to: number;
  readonly indent: string;
}

/** Returns undefined unless the module has exactly one block of code. */
function blockIn(lines: readonly string[]): Block | undefined {
  const openings = lines.flatMap((line, index) => (opening.test(line) ? [index] : []));
  const [at] = openings;
  if (at === undefined || openings.length > 1) return undefined;
  const outer = opening.exec(lines[at] ?? "")?.[1]?.length ?? 0;
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  let to = at + 1;
  while (to < lines.length && (lines[to]?.trim() === "" || indentOf(lines[to] ?? "") > outer)) to++;
  // Blank lines before what follows belong to the module.
  while (to > at + 1 && lines[to - 1]?.trim() === "") to--;
  const first = lines.slice(at + 1, to).find((line) => line.trim() !== "");
  return { from: at + 1, to, indent: first === undefined ? " ".repeat(outer + 2) : " ".repeat(indentOf(first)) };
}

/** Returns undefined when it holds no code that could be edited separately. */
export function codeIn(yaml: string): string | undefined {
  if (!embedded.test(yaml)) return undefined;
  const lines = yaml.split("\n");
  const block = blockIn(lines);
  if (block === undefined) return undefined;
  const { from, to, indent } = block;
  const code = lines.slice(from, to).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()));
  return code.length === 0 ? "" : `${code.join("\n")}\n`;
}

export function withCode(yaml: string, code: string): string {
  const lines = yaml.split("\n");
  const block = blockIn(lines);
  if (block === undefined) return yaml;
  return [...lines.slice(0, block.from), ...indented(code, block.indent), ...lines.slice(block.to)].join("\n");
}

export function functionModule(functions: string, code: string): string {
  return `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: ${functions}
  isolation: isolated
  source:
    type: code
    code: |
${indented(code, "      ").join("\n")}
`;
}

function indented(code: string, indent: string): string[] {
  const lines = code.replace(/\s+$/, "").split("\n");
  return lines.map((line) => (line.trim() === "" ? "" : indent + line));
}

/** Returns all functions of a namespace, or the one type that is served. */
export function functionsOf(types: readonly string[]): string {
  const namespaces = [...new Set(types.map((type) => type.slice(0, type.indexOf("/"))))];
  const [only = ""] = types;
  return types.length === 1 ? only : namespaces.length === 1 ? `${namespaces[0]}/*` : "";
}

const sdk = "@signalbox/functions";

export const firstCode = `import { entity, types } from "${sdk}";

export const visits = entity("example/visits", {
  state: { count: types.int },
  messages: { visit: types.string },
  on: {
    visit(ctx, who: string) {
      const count = (ctx.state.count.get() ?? 0) + 1;
      ctx.state.count.set(count);
      ctx.log.info(\`\${who} was here, number \${count}\`);
    },
  },
});
`;
