/**
 * Everything that a page may rely on: theme, URL state, queries, tRPC, toasts. Built once per tab.
 */
"use client";
import { QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { useState, type ReactNode } from "react";
import { createClient } from "../trpc/client.ts";
import { TRPCProvider } from "../trpc/context.tsx";
import { createQueryClient } from "../trpc/query-client.ts";
import { Toaster } from "../ui/feedback/toaster.tsx";

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(createClient);
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem disableTransitionOnChange>
      <NuqsAdapter>
        <QueryClientProvider client={queryClient}>
          <TRPCProvider queryClient={queryClient} trpcClient={client}>
            {children}
          </TRPCProvider>
        </QueryClientProvider>
      </NuqsAdapter>
      <Toaster />
    </ThemeProvider>
  );
}
