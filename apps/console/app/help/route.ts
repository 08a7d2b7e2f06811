/** GET /help: the headings of docs/, made when the console is built. The palette searches them. */
import { docsPages, sectionsOf } from "../../features/help/docs-folder.ts";

export const dynamic = "force-static";

export function GET(): Response {
  const headings = docsPages()
    .flatMap(sectionsOf)
    .map(({ page, title, heading, at }) => ({ page, title, heading, at }));
  return Response.json({ headings });
}
