/** The texts of the pages before the login in German. Neighbour: en.ts lists them. */
import type { EntranceWords } from "./en.ts";

export const de: EntranceWords = {
  noLight: "kein Licht",
  notSignedIn: "Nicht angemeldet. Vorher wird nichts von diesem Gateway gesendet.",
  at: (host) => `bei ${host}`,
  thisGateway: "diesem Gateway",
  timeline: "Die Zeitleiste sieht, wer sie sehen darf.",
  password: "Passwort",
  showPassword: "Passwort zeigen",
  hide: "verbergen",
  show: "zeigen",
  refusals: {
    PROVIDER_REFUSED:
      "Der Identitätsanbieter bürgt für niemanden, oder Sie sind hier ausgesperrt. Ein Admin findet den Grund im Protokoll.",
    PROVIDER_UNREACHABLE: "Der Identitätsanbieter antwortet nicht. Ein Passwort geht derweil.",
    LOGIN_BUSY: "Gerade melden sich viele an. Versuchen Sie es gleich noch einmal.",
    LOGIN_NOT_PRIVATE:
      "Diese Verbindung kann unterwegs mitgelesen werden, deshalb meldet sie niemanden an. Öffnen Sie diese Seite über https.",
  },
  nobodyIn: "Das ließ niemanden ein.",
  signInWith: (provider) => `Anmelden mit ${provider}`,
  choosePassword: "Passwort wählen",
  firstPerson: "Erste Person einrichten",
  name: "Name",
  firstHint: "Wer den Link benutzt, wird Admin von allem.",
  newPassword: "Neues Passwort",
  newHint: "Mindestens 12 Zeichen; ein paar Wörter merken sich leichter als Zeichen.",
  possibleIn: (seconds) => `Möglich in ${seconds} s`,
  chooseIt: "Wählen und anmelden",
  wholeLink: "Öffnen Sie den ganzen Link: Hinter dem # fehlt sein Code.",
  signIn: "Anmelden",
  signInIn: (seconds) => `Anmelden, möglich in ${seconds} s`,
  sessionNote: "Eine Sitzung lässt sich unter Personen beenden. Wer sich anmeldet, und wem es misslingt, steht im Protokoll.",
  noAccount: "Kein Konto? Fragen Sie einen Admin dieses Gateways nach einem Link. Namen, Versionen und Zahlen werden hier nicht verraten.",
  unreachable: "Das Gateway antwortet nicht. Sehen Sie nach, ob es läuft, und versuchen Sie es erneut.",
  refused: (status) => `Das Gateway hat abgelehnt (Status ${status}).`,
};
