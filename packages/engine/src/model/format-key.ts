/** FormatKey: the key of the row that says which format a store has, and so which versions of the engine may open it. */
export const formatKey = "M";
