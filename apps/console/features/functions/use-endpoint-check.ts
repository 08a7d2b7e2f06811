/**
 * useEndpointCheck: checks the endpoint as soon as the form is complete and again after every change; an answer counts only for exactly
 * what is in the form now (`current`).
 */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import type { EndpointCheck } from "../../trpc/views.ts";
import { useDebounced } from "../../ui/form/use-debounced.ts";

const TYPING_PAUSE_MS = 500;

export interface EndpointInput {
  urlTemplate: string;
  functions: string;
  typeNames: string[];
}

export interface EndpointCheckState {
  run: (input: EndpointInput) => void;
  data: EndpointCheck | undefined;
  error: unknown;
  isPending: boolean;
  /** Whether the answer is about what is in the form now. */
  current: boolean;
  passed: boolean;
}

/** `input` is null while the form is not complete. */
export function useEndpointCheck(input: EndpointInput | null): EndpointCheckState {
  const trpc = useTRPC();
  const { mutate, reset, data, error, isPending, variables } = useMutation(trpc.functions.check.mutationOptions());
  const key = input === null ? "" : JSON.stringify(input);
  const settled = useDebounced(key, TYPING_PAUSE_MS);
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  });
  useEffect(() => {
    if (settled === "" || latest.current === null) reset();
    else mutate(latest.current);
  }, [settled, mutate, reset]);
  const current = variables !== undefined && JSON.stringify(variables) === key;
  return { run: mutate, data, error, isPending, current, passed: current && data?.ok === true };
}
