/** HttpResponseParser reads every legal form of a response, cut at every place; bytes that are not HTTP/1.1 are an error. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headBytesMax, HttpProtocolError, HttpResponseParser, type ResponseHeaders } from "../src/adapters/http/http-response-parser.ts";

class Seen {
  isOver = false;
  status = 0;
  headers: ResponseHeaders | undefined = undefined;
  body = "";

  onHead(status: number, headers: ResponseHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  onBody(bytes: Buffer, from: number, to: number): void {
    this.body += bytes.toString("latin1", from, to);
  }
}

/** Feeds the pieces one after the other; `used` is set once the response has ended, counted in the last piece that was fed. */
function feed(
  pieces: readonly string[],
  parser = new HttpResponseParser(),
): { seen: Seen; parser: HttpResponseParser; used: number | undefined } {
  const seen = new Seen();
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, "latin1");
    const used = parser.push(bytes, bytes.length, seen);
    if (used !== undefined) return { seen, parser, used };
  }
  return { seen, parser, used: undefined };
}

const forms: readonly (readonly [name: string, text: string, body: string])[] = [
  ["a content-length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"],
  ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", "hello"],
  ["chunks and trailers", "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", "hello"],
  [
    "interim responses before it",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
    "hello",
  ],
  ["no body", "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n", ""],
  ["no reason", "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", ""],
];

describe("a response", () => {
  test.each(forms)("with %s is read whole, however it is cut", (_name, text, body) => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const pieces = places
          .slice(1)
          .map((end, index) => text.slice(places[index], end))
          .filter((piece) => piece !== "");
        const { seen, parser, used } = feed(pieces);
        expect(used).toBe(pieces.at(-1)?.length);
        expect(seen.body).toBe(body);
        expect(parser.keepsAlive).toBe(true);
      }),
    );
  });

  test("leaves the bytes after its end alone, and the next one follows", () => {
    const one = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
    const { used, parser } = feed([`${one}HTTP`]);
    expect(used).toBe(one.length);
    expect(feed([one], parser).seen.body).toBe("hi");
  });

  test("without a length ends with its connection, which is not used again", () => {
    const { seen, parser, used } = feed(["HTTP/1.1 200 OK\r\n\r\nabc", "def"]);
    expect(used).toBeUndefined();
    expect(seen.body).toBe("abcdef");
    expect(parser.endsWithConnection).toBe(true);
    expect(parser.keepsAlive).toBe(false);
  });

  test.each([
    ["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", false],
    ["HTTP/1.1 200 OK\r\nconnection: foo, Close\r\ncontent-length: 0\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\nconnection: Keep-Alive\r\ncontent-length: 0\r\n\r\n", true],
    ["HTTP/1.1 204 No Content\r\n\r\n", false],
    ["HTTP/1.1 304 Not Modified\r\ncontent-length: 50\r\n\r\n", false],
  ])("%j keeps its connection: %s", (text, keepsAlive) => {
    const { parser, used } = feed([text]);
    expect(used).toBe(text.length);
    expect(parser.keepsAlive).toBe(keepsAlive);
  });

  test("says how long the server keeps an idle connection", () => {
    expect(feed(["HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\ncontent-length: 0\r\n\r\n"]).parser.keepAliveMs).toBe(5000);
  });

  test("is dropped as soon as its caller has given up", () => {
    const seen = new Seen();
    seen.isOver = true;
    const bytes = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx");
    expect(new HttpResponseParser().push(bytes, bytes.length, seen)).toBeUndefined();
    expect(seen.status).toBe(0);
  });
});

describe("responses one after the other", () => {
  const ok = (length: number, ...lines: string[]): string =>
    [`HTTP/1.1 200 OK`, `content-length: ${length}`, ...lines, "", "x".repeat(length)].join("\r\n");
  const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
  const responses = [
    ok(3),
    ok(4),
    ok(3, "connection: close"),
    ok(3, "connection: close", "keep-alive: timeout=5"),
    ok(3, `x: ${"y".repeat(600)}`),
    "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nretry-after: 7\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx",
    chunked,
  ];

  test("are each read as if they came alone, whether they begin alike or not, however they are cut", () => {
    const told = ({ seen, parser, used }: ReturnType<typeof feed>): unknown => [
      seen.status,
      { ...seen.headers },
      seen.body,
      used,
      parser.keepsAlive,
      parser.keepAliveMs,
    ];
    const cut = (text: string, at: number): string[] => (at <= 0 || at >= text.length ? [text] : [text.slice(0, at), text.slice(at)]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...responses), fc.nat(100)), { maxLength: 12 }), (sequence) => {
        const parser = new HttpResponseParser();
        for (const [text, at] of sequence) {
          // The list is sent twice, because most responses repeat an earlier one.
          expect(told(feed([text], parser))).toEqual(told(feed([text])));
          expect(told(feed(cut(text, at), parser))).toEqual(told(feed(cut(text, at))));
        }
      }),
    );
  });
});

describe("bytes that are not HTTP/1.1 are an error", () => {
  test.each([
    "SSH-2.0-OpenSSH\r\n",
    "HTTP/2 200 OK\r\n\r\n",
    "HTTP/1.2 200 OK\r\n\r\n",
    "HTTP/1.1 2xx OK\r\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 2e2 OK\r\n\r\n",
    "HTTP/1.1 200 O\nK\r\n\r\n",
    "HTTP/1.1 101 Switching\r\n\r\n",
    "HTTP/1.1 103 Early\r\n\r\n".repeat(17),
    "HTTP/1.1 200 OK\r\ncontent-length : 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nx: a\ncontent-length: 0\r\ncontent-length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nx: a\r\n folded: b\r\n\r\n",
    "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n",
    "HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1 x\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n000000001\r\n",
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${"a:b\r\n".repeat(headBytesMax)}`,
    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    `HTTP/1.1 200 OK\r\nx: ${"y".repeat(headBytesMax)}`,
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${"1".repeat(300)}`,
  ])("%j", (text) => {
    expect(() => feed([text])).toThrow(HttpProtocolError);
  });

  test("at its first wrong byte", () => {
    expect(() => feed(["\u0015\u0003"])).toThrow(/began with/);
  });
});
