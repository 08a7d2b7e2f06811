/**
 * ErasedNote: says when the values of an entity were erased, if its newest record tells of it. An erased entity may still be in memory,
 * empty.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { exact } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView } from "../../trpc/views.ts";
import { useEntityWords } from "../../words/entity/use-entity-words.ts";
import { erasedMsOf } from "./erased-ms-of.ts";

export function ErasedNote({ address }: { address: AddressView }): ReactElement | null {
  const words = useEntityWords();
  const history = useQuery(useTRPC().entities.history.queryOptions({ ...address, limit: 1 }));
  const last = history.data?.items[0];
  const erasedMs = last === undefined ? undefined : erasedMsOf(last);
  return erasedMs === undefined ? null : <p className="text-[13px]">{words.erased(exact(erasedMs))}</p>;
}
