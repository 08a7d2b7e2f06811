/** useProblem: reads what was thrown in the words of this browser's language. Neighbour: problem.ts, which needs no words where the code alone is asked for. */
"use client";
import { useProblemWords } from "../../words/problems/use-problem-words.ts";
import { problemOf, type Problem } from "./problem.ts";

export function useProblem(): (error: unknown) => Problem {
  const words = useProblemWords();
  return (error) => problemOf(error, words);
}
