/**
 * Grammar: the extensions for a language. Each is fetched when an editor for it is first opened, because TypeScript's alone weighs as much
 * as a page.
 */
import type { Extension } from "@codemirror/state";
import type { CodeEditorProps } from "./code-editor.tsx";

export type Grammar =
  | { kind: "fixed"; extension: Extension }
  /** Its completion knows the tables, which may change while the editor is open. */
  | { kind: "tables"; over: (tables: Readonly<Record<string, readonly string[]>>) => Extension };

export async function loadGrammar(language: CodeEditorProps["language"]): Promise<Grammar> {
  switch (language) {
    case "json": {
      const [{ json, jsonParseLinter }, { linter }] = await Promise.all([import("@codemirror/lang-json"), import("@codemirror/lint")]);
      const lint = linter((view) => (view.state.doc.length === 0 ? [] : jsonParseLinter()(view)), { delay: 200 });
      return { kind: "fixed", extension: [json(), lint] };
    }
    case "yaml":
      return { kind: "fixed", extension: (await import("@codemirror/lang-yaml")).yaml() };
    case "typescript":
      return { kind: "fixed", extension: (await import("@codemirror/lang-javascript")).javascript({ typescript: true }) };
    case "sql": {
      const { PostgreSQL, sql } = await import("@codemirror/lang-sql");
      // DuckDB reads what PostgreSQL does, and more.
      return { kind: "tables", over: (tables) => sql({ dialect: PostgreSQL, schema: tables }) };
    }
    case "text":
      return { kind: "fixed", extension: [] };
  }
}
