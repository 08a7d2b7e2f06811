/** The key of the row that says which format a store has, and with it which versions may open it. */
export const formatKey = "M";
