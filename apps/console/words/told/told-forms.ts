/**
 * Sentences of the gateway that have names, numbers or another system's words in them: how each is known, and how it is said in German. The
 * words of others stay as they are. Neighbour: de.ts tries them in this order.
 */
import { defaultTexts } from "./field-texts.ts";

export interface Form {
  readonly english: RegExp;
  /** `german` says a sentence inside this one; undefined when one of them has no German. */
  readonly german: (parts: readonly string[], german: (text: string) => string | undefined) => string | undefined;
}

function form(english: RegExp, german: Form["german"]): Form {
  return { english, german };
}

/** For a sentence around another one. */
function around(english: RegExp, say: (inner: string, rest: readonly string[]) => string): Form {
  return form(english, ([first = "", ...rest], german) => {
    const inner = german(first);
    return inner === undefined ? undefined : say(inner, rest);
  });
}

const timesOf = (count: string): string => (count === "once" ? "einmal" : `${count.replace(" times", "")}-mal`);

export const formsOfConnectors: readonly Form[] = [
  around(/^(.+?)(, and \d+ more)?; the rest is read$/, (cause, [others = ""]) => {
    return `${cause}${others.replace("and", "und").replace("more", "weitere")}; das Übrige wird gelesen`;
  }),
  form(/^record (\d+) is refused: (.+)$/, ([sequence = "", why = ""], german) => {
    const inner = german(why);
    return inner === undefined ? undefined : `Datensatz ${sequence} wird abgelehnt: ${inner}`;
  }),
  form(/^it answered (\d{3})$/, ([status = ""]) => `die Antwort hatte den Status ${status}`),
  form(/^it answered (\d{3}): (.+)$/, ([status = "", meaning = ""], german) => {
    const inner = german(meaning);
    return inner === undefined ? undefined : `die Antwort hatte den Status ${status}: ${inner}`;
  }),
  form(/^no answer within (\d+) (ms|s)$/, ([time = "", unit = ""]) => `keine Antwort innerhalb von ${time} ${unit}`),
  form(/^the broker answered (\w+)$/, ([code = ""]) => `der Broker antwortete ${code}`),
  form(/^the server answered (\w+)$/, ([code = ""]) => `der Server antwortete ${code}`),
  form(/^it answered ([A-Za-z]\w*)$/, ([code = ""]) => `die Antwort war ${code}`),
  form(/^A request was refused for its signature (once|\d+ times), last at (\S+): (.+)\.$/, ([count = "", at = "", why = ""], german) => {
    const inner = german(why);
    return inner === undefined
      ? undefined
      : `Eine Anfrage wurde wegen ihrer Signatur abgelehnt, ${timesOf(count)}, zuletzt um ${at}: ${inner}.`;
  }),
  form(/^the position of (.+) cannot be read: (.+)$/, ([part = "", why = ""]) => `die Position von ${part} ist nicht zu lesen: ${why}`),
  form(/^the topic (.+) is there$/, ([topic = ""]) => `das Topic ${topic} ist da`),
  form(/^the stream (.+) is there$/, ([stream = ""]) => `der Stream ${stream} ist da`),
  form(/^a stream takes (.+)$/, ([subject = ""]) => `ein Stream nimmt ${subject} an`),
  form(/^(\S+) answers$/, ([host = ""]) => `${host} antwortet`),
  form(
    /^(\S+): (\d+) of (\d+) partitions have no leader$/,
    ([topic = "", without = "", of = ""]) => `${topic}: ${without} von ${of} Partitionen haben keinen Leader`,
  ),
  form(/^it lacks ([\w-]+)$/, ([header = ""]) => `ihr fehlt ${header}`),
  form(/^its time is (\d+) s away from ours$/, ([seconds = ""]) => `ihre Zeit liegt ${seconds} s neben unserer`),
  form(
    /^The clock is (\d+) s behind the last run: nothing runs until it has caught up\.$/,
    ([seconds = ""]) => `Die Uhr ist ${seconds} s hinter dem letzten Lauf: Bis sie aufgeholt hat, läuft nichts.`,
  ),
  form(
    /^Runs were missed: at (\S+) (\d+) of them were sent late(?:, others from (\S+) on were left out)?\.$/,
    ([at = "", count = "", from = ""]) =>
      `Läufe wurden versäumt: Um ${at} wurden ${count} davon verspätet gesendet${from === "" ? "" : `, andere ab ${from} ausgelassen`}.`,
  ),
  form(
    /^Offset (\d+) of (.+) is gone at the broker; reading went on at (\d+): (?:(\d+) offsets were passed by|records may come again)\.$/,
    ([from = "", part = "", to = "", passed = ""]) =>
      `Offset ${from} von ${part} gibt es beim Broker nicht mehr; weitergelesen wurde ab ${to}: ${passed === "" ? "Datensätze können noch einmal kommen" : `${passed} Offsets wurden übergangen`}.`,
  ),
  form(
    /^Kafka has records of this egress up to (\d+), which this data directory never wrote: it is an older copy$/,
    ([through = ""]) =>
      `Kafka hat Datensätze dieses Egress bis ${through}, die dieses Datenverzeichnis nie schrieb: Es ist eine ältere Kopie`,
  ),
  around(/^(.+), (\d+) times$/, (cause, [count = ""]) => `${cause}, ${count}-mal`),
  // A retry is told with its reason first, and how it goes on after it.
  around(/^(.+); it is tried again by itself\.$/, (cure) => `${cure}; es wird von selbst erneut versucht.`),
  // Where it is, what is wrong, and what the other system said.
  form(/^(\S+): (.+?) \((.+)\)$/s, ([where = "", cause = "", said = ""], german) => {
    const inner = german(cause);
    return inner === undefined ? undefined : `${where}: ${inner} (${said})`;
  }),
  form(/^(\S+): (.+)$/s, ([where = "", cause = ""], german) => {
    const inner = german(cause);
    return inner === undefined ? undefined : `${where}: ${inner}`;
  }),
];

/** What a field is, and its default: in words where it is said in words. */
export const formsOfFields: readonly Form[] = [
  around(/^(.+[.…])(?: Default: (.+)\.)$/, (meaning, [fallback = ""]) => `${meaning} Vorgabe: ${defaultTexts[fallback] ?? fallback}.`),
];

export const formsOfFilters: readonly Form[] = [
  form(
    /^A filter has at most (\d+) characters; this one has (\d+)\.$/,
    ([most = "", has = ""]) => `Ein Filter hat höchstens ${most} Zeichen; dieser hat ${has}.`,
  ),
  form(/^It has more than (\d+) characters\.$/, ([most = ""]) => `Es hat mehr als ${most} Zeichen.`),
  form(/^There is no field (.+)\.$/, ([name = ""]) => `Ein Feld ${name} gibt es nicht.`),
  form(
    /^(?:Did you mean (\S+)\? )?Fields are (.+?)\.(?: To look for the words themselves: (.+)\.)?$/,
    ([near = "", fields = "", sought = ""]) =>
      `${near === "" ? "" : `Ist ${near} gemeint? `}Felder sind ${fields}.${sought === "" ? "" : ` Die Wörter selbst sucht ${sought}.`}`,
  ),
  form(/^There is no function (\S+)\(\)\.$/, ([name = ""]) => `Eine Funktion ${name}() gibt es nicht.`),
  form(/^There is no \.(\S+)\(\)\.$/, ([name = ""]) => `Ein .${name}() gibt es nicht.`),
  form(/^Functions are (.+)\.$/, ([known = ""]) => `Funktionen sind ${known}.`),
  form(/^What can be asked is (.+)\.$/, ([known = ""]) => `Gefragt werden kann ${known}.`),
  form(/^What (\S+)\(\) looks for stands in quotes\.$/, ([name = ""]) => `Was ${name}() sucht, steht in Anführungszeichen.`),
  form(
    /^Write it as it is: (.+), or compare with ==\.$/,
    ([call = ""]) => `Es so schreiben, wie es ist: ${call}, oder mit == vergleichen.`,
  ),
  form(/^(\S+)\(\) takes a name and a condition\.$/, ([name = ""]) => `${name}() nimmt einen Namen und eine Bedingung.`),
  form(/^Write (\..+)\.$/, ([call = ""]) => `${call} schreiben.`),
  form(/^(\S+): takes (.+)\.$/, ([name = "", values = ""]) => `${name}: nimmt ${values}.`),
  form(/^These do not go together: (.+)\.$/, ([what = ""]) => `Das passt nicht zusammen: ${what}.`),
  form(/^Nothing is called so: (.+)\.$/, ([what = ""]) => `So heißt nichts: ${what}.`),
  // A field of the completion: its type, and what it is.
  form(/^(text|number|decimal|time|any|document|texts|list): (.+)$/, ([type = "", about = ""], german) => {
    const inner = german(about);
    return inner === undefined ? undefined : `${typeWords[type] ?? type}: ${inner}`;
  }),
];

const typeWords: Readonly<Record<string, string>> = {
  text: "Text",
  number: "Zahl",
  decimal: "Kommazahl",
  time: "Zeit",
  any: "beliebig",
  document: "Dokument",
  texts: "Texte",
  list: "Liste",
};
