/** GET /help/filters: the sections of one page of docs/, made when the console is built. */
import { docsPages, sectionsOf } from "../../../features/help/docs-folder.ts";

export const dynamic = "force-static";
export const dynamicParams = false;

export function generateStaticParams(): { page: string }[] {
  return docsPages().map((page) => ({ page }));
}

export async function GET(_request: Request, { params }: { params: Promise<{ page: string }> }): Promise<Response> {
  const { page } = await params;
  return Response.json({ sections: sectionsOf(page) });
}
