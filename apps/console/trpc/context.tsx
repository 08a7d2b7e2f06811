/**
 * tRPC for components: `const trpc = useTRPC(); useQuery(trpc.modules.list.queryOptions())`. `useClient` is the plain
 * client for calls outside a component's rendering.
 */
"use client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { AppRouter } from "@signalbox/gateway/contract";

const context = createTRPCContext<AppRouter>();

export const TRPCProvider = context.TRPCProvider;
export const useTRPC = context.useTRPC;
export const useClient = context.useTRPCClient;
