/** Beyond these, new function types and edges are not counted singly: by each collector, and by the gateway over all of them. */
export const typesMax = 1_000;
export const edgesMax = 2_000;
