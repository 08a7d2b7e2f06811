/** The two themes in which every picture is taken. */
export const schemes = ["dark", "light"] as const;
export type Scheme = (typeof schemes)[number];
