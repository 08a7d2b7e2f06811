/**
 * types: the six value types of the protocol, `io.statefun.types/*`. Each is a protobuf wrapper with one field; a default value (0, "",
 * false) is zero bytes. Neighbours: wire/ reads and writes the bytes.
 */
import { MalformedBytes, readFields, wireTypes, type Reader } from "./wire/reader.ts";
import { Writer } from "./wire/writer.ts";
import { ValueError, type ValueType } from "./value-type.ts";

interface Scalar<Value> {
  readonly name: string;
  readonly wire: number;
  readonly zero: Value;
  readonly expected: string;
  fits(value: Value): boolean;
  read(reader: Reader): Value;
  write(writer: Writer, value: Value): void;
}

function scalar<Value>(of: Scalar<Value>): ValueType<Value> {
  const typename = `io.statefun.types/${of.name}`;
  return {
    typename,
    encode(value) {
      if (!of.fits(value)) throw new ValueError(`${typename}: expected ${of.expected}, got ${String(value)}`);
      const writer = new Writer();
      if (!Object.is(value, of.zero)) of.write(writer, value);
      return writer.finish();
    },
    decode(bytes) {
      let value = of.zero;
      try {
        readFields(bytes, (number, reader, wire) => {
          if (number !== 1 || wire !== of.wire) throw new MalformedBytes(`field ${number} of wire type ${wire}`);
          value = of.read(reader);
          return true;
        });
      } catch (error) {
        throw new ValueError(`${typename}: the bytes are no ${of.name} (${error instanceof Error ? error.message : String(error)})`);
      }
      return value;
    },
  };
}

const isNumber = (value: unknown): boolean => typeof value === "number";
const intMax = 2 ** 31 - 1;
const longMax = 2n ** 63n - 1n;

export const types = {
  /** true or false */
  bool: scalar<boolean>({
    name: "bool",
    wire: wireTypes.varint,
    zero: false,
    expected: "true or false",
    fits: (value) => typeof value === "boolean",
    read: (reader) => reader.bool(),
    write: (writer, value) => void writer.bool(1, value),
  }),
  /** An integer of 32 bits. */
  int: scalar<number>({
    name: "int",
    wire: wireTypes.fixed32,
    zero: 0,
    expected: "an integer of 32 bits",
    fits: (value) => Number.isInteger(value) && value <= intMax && value >= -intMax - 1,
    read: (reader) => reader.int32(),
    write: (writer, value) => void writer.int32(1, value),
  }),
  /** An integer of 64 bits, as a bigint: exact beyond 2^53. */
  long: scalar<bigint>({
    name: "long",
    wire: wireTypes.fixed64,
    zero: 0n,
    expected: "a bigint of 64 bits",
    fits: (value) => typeof value === "bigint" && value <= longMax && value >= -longMax - 1n,
    read: (reader) => reader.int64(),
    write: (writer, value) => void writer.int64(1, value),
  }),
  /** A number of single precision. */
  float: scalar<number>({
    name: "float",
    wire: wireTypes.fixed32,
    zero: 0,
    expected: "a number",
    fits: isNumber,
    read: (reader) => reader.float(),
    write: (writer, value) => void writer.float(1, value),
  }),
  /** A number of double precision. */
  double: scalar<number>({
    name: "double",
    wire: wireTypes.fixed64,
    zero: 0,
    expected: "a number",
    fits: isNumber,
    read: (reader) => reader.double(),
    write: (writer, value) => void writer.double(1, value),
  }),
  /** A text; half a surrogate pair is refused, because UTF-8 cannot say it. */
  string: scalar<string>({
    name: "string",
    wire: wireTypes.bytes,
    zero: "",
    expected: "a well-formed string",
    fits: (value) => typeof value === "string" && value.isWellFormed(),
    read: (reader) => reader.text(),
    write: (writer, value) => void writer.text(1, value),
  }),
} as const;
