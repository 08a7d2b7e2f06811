/**
 * The parts of the library that unpack-batch.ts and kafka-client.ts use: the two codecs that Node.js lacks, and the fetch request. Its
 * answer is read by kafka-fetch-answer.ts, because the library would unpack everything at once. The output of the codecs is bounded before
 * they are called.
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
