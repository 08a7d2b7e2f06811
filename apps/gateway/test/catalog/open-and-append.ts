/** A process of its own that opens the catalog named by its first parameter, applies a module and ends. */
import { openCatalog } from "../../src/catalog/open-catalog.ts";

const catalog = await openCatalog({ databaseUrl: process.argv[2] ?? "" });
await catalog.modules.append({
  name: "m",
  yaml: "",
  appliedMs: 1,
  origin: "api",
  principal: { kind: "person", name: "ann", door: "http" },
});
await catalog.close();
