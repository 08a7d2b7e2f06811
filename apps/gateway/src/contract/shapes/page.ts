/**
 * Page: how lists are asked for, piece by piece. A cursor is valid only for the list that gave it.
 */
import { z } from "zod";

export const page = { cursor: z.string().max(4096).nullish(), limit: z.number().int().min(1).max(500).default(50) };
/** Null when there is no more. */
export const nextCursor = z.string().nullable();
