/** The docs that were built with the console: their headings, and the sections of one page. Fetched when the palette is opened, and kept. */
"use client";
import { useQuery } from "@tanstack/react-query";
import * as z from "zod/mini";
import { urlOf } from "../../shell/base-path.ts";
import type { DocsHeading, DocsSection } from "./docs-sections.ts";

const heading = z.object({ page: z.string(), title: z.string(), heading: z.string(), at: z.number() });
const headings = z.object({ headings: z.array(heading) });
const sections = z.object({ sections: z.array(z.extend(heading, { text: z.string() })) });

async function asked(path: string): Promise<unknown> {
  const response = await fetch(urlOf(path));
  if (!response.ok) throw new Error(`the docs answered ${response.status}`);
  return response.json();
}

export function useDocsHeadings(): readonly DocsHeading[] {
  const query = useQuery({
    queryKey: ["docs"],
    queryFn: async () => headings.parse(await asked("/help")).headings,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return query.data ?? [];
}

export function useDocsSection({ page, at }: DocsHeading): { section: DocsSection | undefined; error: unknown } {
  const query = useQuery({
    queryKey: ["docs", page],
    queryFn: async () => sections.parse(await asked(`/help/${page}`)).sections,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return { section: query.data?.find((one) => one.at === at), error: query.error };
}
