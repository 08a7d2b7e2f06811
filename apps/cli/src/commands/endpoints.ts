/**
 * endpoints: lists where functions are served, and checks an endpoint before a module names it.
 */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { CliError } from "../exit-codes.ts";

export function addEndpoints(endpoints: Command, context: CommandContext): void {
  const ls = endpoints.command("ls").description("Endpoints with their breakers");
  ls.action(() => context.run(ls, { method: "GET", path: "/v1/endpoints" }));
  const check = endpoints
    .command("check")
    .description("Ask an endpoint whether it speaks the protocol and serves the named types; nothing runs")
    .argument("<url>", "as a module names it")
    .requiredOption("--functions <pattern>", "what it serves: shop/*, or shop/cart")
    .option("--types <names>", "types to ask for, separated by commas: cart,stock")
    .addHelpText(
      "after",
      "\nExample: signalbox endpoints check http://127.0.0.1:8000/statefun --functions 'example/*' --types person,greeter",
    );
  check.action(async (urlTemplate: string) => {
    const { functions, types } = check.opts<{ functions: string; types?: string }>();
    const [namespace = ""] = functions.split("/");
    const whole = (name: string): string => (name.includes("/") ? name : `${namespace}/${name}`);
    const typeNames = types?.split(",").map((name) => whole(name.trim())) ?? [];
    const body = JSON.stringify({ urlTemplate, functions, typeNames });
    const answer = await context.client(check).json({ method: "POST", path: "/v1/endpoint-checks", body, contentType: "application/json" });
    context.print(check, answer);
    const { ok, message, cure } = answer as { readonly ok: boolean; readonly message?: string; readonly cure?: string };
    if (!ok) throw new CliError("failed", message ?? "it does not serve them", cure ?? "");
  });
}
