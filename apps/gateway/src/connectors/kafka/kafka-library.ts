/**
 * What unpack-batch.ts and kafka-client.ts take of the library's parts: the two codecs that Node.js does not have, and the request for a fetch, whose answer is
 * read by kafka-fetch-answer.ts because the library unpacks whatever comes, in one go. How much the codecs make is bounded before they are called.
 */
import { compressionsAlgorithms, createAPI, fetchV13, type Reader } from "@platformatic/kafka";
import { fetchAnswer, type FetchAnswer } from "./kafka-fetch-answer.ts";

const fetchKey = 1;
const fetchVersion = 13;

type Answered = readonly [correlation: number, key: number, version: number, reader: Reader];

export const fetchApi = createAPI<fetchV13.FetchRequest, FetchAnswer>(fetchKey, fetchVersion, fetchV13.createRequest, (...of: Answered) =>
  fetchAnswer(of[3]),
);

export function unpackLz4(packed: Uint8Array): Uint8Array {
  return compressionsAlgorithms.lz4.decompressSync(Buffer.from(packed.buffer, packed.byteOffset, packed.length));
}

export function unpackSnappy(packed: Uint8Array): Uint8Array {
  return compressionsAlgorithms.snappy.decompressSync(Buffer.from(packed.buffer, packed.byteOffset, packed.length));
}
