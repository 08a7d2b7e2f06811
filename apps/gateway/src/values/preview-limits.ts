/**
 * The number of bytes that is enough for the 120 characters of a preview of any text; larger values are cut before they are decoded.
 */
export const previewBytesMax = 2_048;
