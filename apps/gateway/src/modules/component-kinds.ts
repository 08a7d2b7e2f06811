/**
 * The component kinds of a module and the shape of each one's spec: the endpoints here, ingresses and egresses from connectors/kinds.ts.
 * build-endpoint.ts, build-process.ts and build-connector.ts turn checked specs into what is put in force; the shapes hold no behaviour.
 */
import { connectors } from "../connectors/kinds.ts";
import { duration, flag, integer, listOf, object, text, typename, variants, type Fields, type Shape } from "../shape/shape.ts";

const endpointV2 = "io.statefun.endpoints.v2/http";
export const endpointV1 = "io.statefun.endpoints.v1/http";
export const processEndpoint = "io.signalbox.endpoints.v1/process";
export const embeddedEndpoint = "io.signalbox.endpoints.v1/embedded";
export const limitKind = "io.signalbox.limits.v1/limit";
export const maskKind = "io.signalbox.masks.v1/mask";
const asyncTransport = "io.statefun.transports.v1/async";
export const okhttpTransport = "io.statefun.transports.v1/okhttp";

export interface ComponentKind {
  readonly meaning: string;
  readonly spec: Fields;
  /** Names of properties whose text is code, in which ${VAR} stands for nothing. */
  readonly asWritten?: readonly string[];
}

const int32Max = 2 ** 31 - 1;
const location: Shape = { kind: "text", form: "location" };
/** Seen by everybody who looks at what a module changes. */
const shown: Shape = { kind: "text", form: "shown" };

const functionsField = {
  shape: { kind: "text", form: "functions" },
  required: true,
  meaning: "The function types it serves: <namespace>/<name>, or <namespace>/* for all of a namespace.",
} as const;
const batchField = {
  shape: integer(-int32Max, int32Max),
  meaning: "Messages in one invocation; 0 or less leaves it to the gateway's own bound.",
  fallback: "1000",
} as const;
const limitMessagesMax = 1_000_000;
/** Processes of one co-located endpoint. */
const instancesMax = 64;

const idleAfterField = { shape: duration, meaning: "Without work for so long it counts as asleep.", fallback: "5 min" } as const;

const framesField = {
  shape: flag,
  meaning: "Several invocations in one HTTP request, where the functions offer it (@signalbox/functions does). false: never.",
  fallback: "true",
} as const;

const replayField = {
  shape: flag,
  meaning:
    "The functions may be called for tries that count for nothing, each with the header x-signalbox-replay: 1, to find the fewest messages that make one fail. Only for functions that change nothing then but by what they answer.",
  fallback: "false",
} as const;

const functions: Fields = {
  functions: functionsField,
  urlPathTemplate: {
    shape: { kind: "text", form: "url-template" },
    required: true,
    meaning: "Where they are called; {function.name} becomes the function's name.",
  },
  maxNumBatchRequests: batchField,
  scaleToZero: {
    shape: object({
      wake: { shape: text, meaning: "http or https URL that is asked with POST when work arrives and nobody is there." },
      wakeCommand: {
        shape: listOf(text, 1),
        meaning: "In place of wake: program and arguments, one item each, that start the functions; no shell reads them.",
      },
      idleAfter: idleAfterField,
    }),
    meaning: "Nothing may be running there: messages wait, and who starts the functions is asked when they arrive.",
  },
  exactTraces: {
    shape: { kind: "word", words: ["always", "watched", "never", "true", "false"] },
    meaning:
      "When its messages go singly, so that a trace knows what caused what of a function that does not say it: always (costs throughput; so does true), watched (or false: while somebody looks at their trace), never.",
    fallback: "watched",
  },
  frames: framesField,
  replay: replayField,
};

const connectAndCall: Fields = {
  call: { shape: duration, meaning: "Budget of one invocation with all its attempts.", fallback: "1 min" },
  connect: { shape: duration, meaning: "Longest wait for a connection.", fallback: "10 s" },
};

const timeouts: Shape = object({
  ...connectAndCall,
  read: { shape: duration, meaning: "Longest wait for the next bytes of a reply.", fallback: "10 s" },
  write: { shape: duration, meaning: "Accepted for compatibility; the whole invocation is bounded by call.", fallback: "10 s" },
});

const asyncFields: Fields = {
  call: { shape: duration, meaning: "Budget of one invocation with all its attempts.", fallback: "2 min" },
  connect: { shape: duration, meaning: "Longest wait for a connection.", fallback: "20 s" },
  pool_ttl: { shape: duration, meaning: "Life of a connection, and up to a fifth of it more; 0: no limit.", fallback: "15 s" },
  pool_size: { shape: integer(1, int32Max), meaning: "Connections to the endpoint.", fallback: "1024" },
  http2: {
    shape: flag,
    meaning: "Over HTTP/2: a reply belongs to its request whatever the server does. For http (prior knowledge) and https (ALPN) URLs.",
    fallback: "false",
  },
  headers: {
    shape: { kind: "properties" },
    meaning: "Entries - name: value, sent with each call; write secrets as ${secret.NAME}.",
    secret: "written",
  },
  signingKey: {
    shape: text,
    meaning: "ed25519 key (PEM, or its seed in base64) that signs each call over HTTP; the functions check it with the public key.",
    secret: "by-reference",
  },
  payload_max_bytes: { shape: integer(1, int32Max), meaning: "Largest reply.", fallback: "33554432" },
  trust_cacerts: {
    shape: location,
    meaning: "PEM file of the authorities that may sign the endpoint's certificate, instead of the usual ones.",
  },
  client_cert: { shape: location, meaning: "PEM file of the certificate that the gateway shows." },
  client_key: { shape: location, meaning: "PEM file (PKCS#8) of that certificate's key, in a form that OpenSSL 3 reads." },
  client_key_password: { shape: location, meaning: "File that holds the key's password." },
  timeouts: { shape: object(connectAndCall), meaning: "Older form of call and connect; it wins over them." },
};

export const componentKinds: Readonly<Record<string, ComponentKind>> = {
  [endpointV2]: {
    meaning: "Functions behind HTTP or gRPC.",
    spec: {
      ...functions,
      transport: {
        shape: variants(
          { [asyncTransport]: asyncFields, [okhttpTransport]: { timeouts: { shape: timeouts, meaning: "Its timeouts." } } },
          asyncTransport,
        ),
        meaning: "How they are called.",
        fallback: asyncTransport,
      },
    },
  },
  [endpointV1]: {
    meaning: "Functions behind HTTP, the older form.",
    spec: { ...functions, timeouts: { shape: timeouts, meaning: "Its timeouts." } },
  },
  [processEndpoint]: {
    meaning: "Functions in processes that the gateway starts beside itself.",
    spec: {
      functions: functionsField,
      command: { shape: listOf(text, 1), required: true, meaning: "Program and arguments, one item each; no shell reads them." },
      cwd: {
        shape: { kind: "text", form: "location" },
        meaning: "Folder in which it runs; a relative one counts from where the gateway was started.",
        fallback: "where the gateway was started",
      },
      env: { shape: { kind: "properties" }, meaning: "Entries - NAME: value of its environment, beside PATH, HOME and the language." },
      transport: { shape: { kind: "word", words: ["http", "grpc"] }, meaning: "What it speaks.", fallback: "http" },
      path: { shape: text, meaning: "Path of its HTTP handler.", fallback: "/statefun" },
      listen: {
        shape: { kind: "word", words: ["socket", "port"] },
        meaning: "Where it is told to listen: the Unix domain socket in SIGNALBOX_FUNCTION_SOCKET, or the loopback port in PORT.",
        fallback: "socket",
      },
      instances: { shape: integer(1, instancesMax), meaning: "Processes, called in turn.", fallback: "1" },
      startTimeout: { shape: duration, meaning: "From its start until it accepts connections, at the longest.", fallback: "30 s" },
      drain: {
        shape: duration,
        meaning: "From the takeover by new instances until old ones are asked to end, at the longest.",
        fallback: "10 s",
      },
      scaleToZero: {
        shape: object({ idleAfter: idleAfterField }),
        meaning: "Its processes run only while there is work; the first message starts them.",
      },
      call: { shape: duration, meaning: "Budget of one invocation with all its attempts.", fallback: "2 min" },
      maxNumBatchRequests: batchField,
      frames: framesField,
      replay: replayField,
    },
  },
  [embeddedEndpoint]: {
    meaning: "Functions in TypeScript that run in threads of the gateway itself.",
    asWritten: ["code"],
    spec: {
      functions: functionsField,
      source: {
        shape: variants({
          code: {
            code: { shape: text, required: true, manyLines: true, meaning: "TypeScript that exports entities of @signalbox/functions." },
          },
          file: {
            file: {
              shape: { kind: "text", form: "location" },
              required: true,
              meaning: "TypeScript or JavaScript file, below the folder in which the gateway was started.",
            },
          },
          package: { package: { shape: text, required: true, meaning: "npm package that is installed where the gateway was started." } },
        }),
        required: true,
        meaning: "What they are made from.",
      },
      export: { shape: text, meaning: "The export that holds the entities.", fallback: "every entity that it exports" },
      isolation: {
        shape: { kind: "word", words: ["thread", "isolated"] },
        meaning:
          "thread: in threads of the gateway, for code that is trusted. isolated: for code that is not: without files, network and environment, in an isolate of a process of its own.",
        fallback: "thread",
      },
      limits: {
        shape: object({
          memoryMiB: { shape: integer(16, 65_536), meaning: "Heap of a thread or isolate; one that needs more is ended.", fallback: "128" },
          callTimeout: { shape: duration, meaning: "Longest call; a thread or isolate that is stuck in one is ended.", fallback: "10 s" },
          threads: { shape: integer(1, 64), meaning: "Threads, in each partition; in isolation, processes.", fallback: "1" },
        }),
        meaning: "Their bounds.",
      },
      maxNumBatchRequests: batchField,
      replay: replayField,
    },
  },
  [limitKind]: {
    meaning: "A bound on what starts, what runs at once and what waits, of functions or an ingress, for all or for each tenant.",
    spec: {
      id: { shape: typename, required: true, meaning: "Its id, <namespace>/<name>: what waits for it says so." },
      functions: {
        shape: functionsField.shape,
        meaning: "What it bounds: <namespace>/<name>, or <namespace>/* for all of a namespace.",
      },
      ingress: { shape: shown, meaning: "Instead of functions: an ingress of a module by its id, or http, grpc or console." },
      per: {
        shape: { kind: "word", words: ["all", "prefix", "id"] },
        meaning: "What has bounds of its own: all together, each beginning of an id (a tenant), or each id. These take turns, too.",
        fallback: "all",
      },
      separator: { shape: shown, meaning: "Where the beginning of an id ends; an id without it is its own.", fallback: ":" },
      messages: { shape: integer(1, limitMessagesMax), meaning: "So many messages may start in the time of every." },
      every: { shape: duration, meaning: "The time for messages.", fallback: "1 s" },
      burst: { shape: integer(1, limitMessagesMax), meaning: "So many may start at once after a pause.", fallback: "messages" },
      inFlight: { shape: integer(1, limitMessagesMax), meaning: "Invocations at once." },
      waiting: {
        shape: integer(1, int32Max),
        meaning: "Messages that may wait; beyond it an ingress is answered 429. Functions may always send.",
      },
    },
  },
  [maskKind]: {
    meaning:
      "Fields of values that people see as •••• unless they unmask them with a reason. Functions and connectors get them as they are.",
    spec: {
      functions: {
        shape: functionsField.shape,
        meaning: "Whose values: states, messages to and from them, egress records that they write. <namespace>/<name>, or <namespace>/*.",
      },
      egress: { shape: typename, meaning: "Instead of functions: the records of this egress, whoever writes them." },
      fields: {
        shape: listOf(text, 1),
        required: true,
        meaning:
          "Paths: profile.email is email in the state profile, and in messages the email of profile. * is any key; * alone hides all.",
      },
    },
  },
  ...Object.fromEntries(connectors.map(({ kind, meaning, shape }) => [kind, { meaning, spec: shape }])),
};

/** The kinds of 3.0 documents and what they are called today. */
export const legacyKinds: Readonly<Record<string, string>> = {
  http: endpointV1,
  "io.statefun.kafka/ingress": "io.statefun.kafka.v1/ingress",
  "io.statefun.kafka/egress": "io.statefun.kafka.v1/egress",
  "io.statefun.kinesis/ingress": "io.statefun.kinesis.v1/ingress",
  "io.statefun.kinesis/egress": "io.statefun.kinesis.v1/egress",
};
