/**
 * Main: where the process begins. Node keeps what it compiled (and the TypeScript it stripped) between starts, but only of modules that
 * are loaded after the cache was switched on: so this file loads nothing itself. It halves the CPU of a start.
 */
import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Beside what npm installed: it belongs to this installation, and a folder that cannot be written costs only the cache.
enableCompileCache(fileURLToPath(new URL("../../../node_modules/.cache/compiled", import.meta.url)));
const { runGateway } = await import("./run-gateway.ts");
await runGateway();
// A kill -9 would lose it.
flushCompileCache();
