/** What the kinds of components and their fields are, as forms and completion of modules say it, in German. Neighbour: de.ts. */
const whole = "<namespace>/<name>, oder <namespace>/* für einen ganzen Namensraum";
const byVariable = "aus der Umgebung nehmen mit ${…}.";

export const fieldTexts: Readonly<Record<string, string>> = {
  "One document of a module: an endpoint, an ingress, an egress or a limit.":
    "Ein Dokument eines Moduls: ein Endpoint, ein Ingress, ein Egress oder eine Grenze.",
  "What it is.": "Was es ist.",
  // Endpoints
  "Functions behind HTTP or gRPC.": "Funktionen hinter HTTP oder gRPC.",
  "The function types it serves: <namespace>/<name>, or <namespace>/* for all of a namespace.": `Die Funktionstypen, die er bedient: ${whole}.`,
  "Where they are called; {function.name} becomes the function's name.":
    "Wo sie aufgerufen werden; {function.name} wird zum Namen der Funktion.",
  "Messages in one invocation; 0 or less leaves it to the gateway's own bound.":
    "Nachrichten in einem Aufruf; 0 oder weniger überlässt es der eigenen Grenze des Gateways.",
  "Nothing may be running there: messages wait, and who starts the functions is asked when they arrive.":
    "Dort muss nichts laufen: Nachrichten warten, und wer die Funktionen startet, wird gefragt, wenn sie kommen.",
  "http or https URL that is asked with POST when work arrives and nobody is there.":
    "URL mit http oder https, die mit POST gefragt wird, wenn Arbeit kommt und niemand da ist.",
  "In place of wake: program and arguments, one item each, that start the functions; no shell reads them.":
    "Statt wake: Programm und Argumente, je ein Eintrag, die die Funktionen starten; keine Shell liest sie.",
  "Without work for so long it counts as asleep.": "So lange ohne Arbeit gilt er als schlafend.",
  "When its messages go singly, so that a trace knows what caused what of a function that does not say it: always (costs throughput; so does true), watched (or false: while somebody looks at their trace), never.":
    "Wann seine Nachrichten einzeln gehen, damit ein Trace weiß, was was bewirkte, auch wenn die Funktion es nicht sagt: always (kostet Durchsatz; ebenso true), watched (oder false: solange jemand ihren Trace ansieht), never.",
  "Several invocations in one HTTP request, where the functions offer it (@signalbox/functions does). false: never.":
    "Mehrere Aufrufe in einer HTTP-Anfrage, wo die Funktionen es anbieten (@signalbox/functions tut es). false: nie.",
  "The functions may be called for tries that count for nothing, each with the header x-signalbox-replay: 1, to find the fewest messages that make one fail. Only for functions that change nothing then but by what they answer.":
    "Die Funktionen dürfen für Versuche aufgerufen werden, die nicht zählen, jeder mit dem Header x-signalbox-replay: 1, um die wenigsten Nachrichten zu finden, an denen eine scheitert. Nur für Funktionen, die dann nichts ändern außer durch ihre Antwort.",
  "How they are called.": "Wie sie aufgerufen werden.",
  "Budget of one invocation with all its attempts.": "Zeit eines Aufrufs mit allen seinen Versuchen.",
  "Longest wait for a connection.": "Längstes Warten auf eine Verbindung.",
  "Life of a connection, and up to a fifth of it more; 0: no limit.":
    "Lebensdauer einer Verbindung, und bis zu einem Fünftel mehr; 0: ohne Grenze.",
  "Connections to the endpoint.": "Verbindungen zum Endpoint.",
  "Over HTTP/2: a reply belongs to its request whatever the server does. For http (prior knowledge) and https (ALPN) URLs.":
    "Über HTTP/2: Eine Antwort gehört zu ihrer Anfrage, was der Server auch tut. Für URLs mit http (prior knowledge) und https (ALPN).",
  "Entries - name: value, sent with each call; write secrets as ${secret.NAME}.":
    "Einträge - Name: Wert, mit jedem Aufruf gesendet; Geheimnisse als ${secret.NAME} schreiben.",
  "ed25519 key (PEM, or its seed in base64) that signs each call over HTTP; the functions check it with the public key.":
    "ed25519-Schlüssel (PEM, oder sein Seed in base64), der jeden Aufruf über HTTP signiert; die Funktionen prüfen es mit dem öffentlichen.",
  "Largest reply.": "Größte Antwort.",
  "PEM file of the authorities that may sign the endpoint's certificate, instead of the usual ones.":
    "PEM-Datei der Stellen, die das Zertifikat des Endpoints unterschreiben dürfen, statt der üblichen.",
  "PEM file of the certificate that the gateway shows.": "PEM-Datei des Zertifikats, das das Gateway vorzeigt.",
  "PEM file (PKCS#8) of that certificate's key, in a form that OpenSSL 3 reads.":
    "PEM-Datei (PKCS#8) des Schlüssels dazu, in einer Form, die OpenSSL 3 liest.",
  "File that holds the key's password.": "Datei mit dem Passwort des Schlüssels.",
  "Older form of call and connect; it wins over them.": "Ältere Form von call und connect; sie gilt vor ihnen.",
  "Its timeouts.": "Seine Fristen.",
  "Longest wait for the next bytes of a reply.": "Längstes Warten auf die nächsten Bytes einer Antwort.",
  "Accepted for compatibility; the whole invocation is bounded by call.":
    "Wird der Verträglichkeit wegen angenommen; den ganzen Aufruf begrenzt call.",
  "Functions behind HTTP, the older form.": "Funktionen hinter HTTP, die ältere Form.",
  "Functions in processes that the gateway starts beside itself.": "Funktionen in Prozessen, die das Gateway neben sich startet.",
  "Program and arguments, one item each; no shell reads them.": "Programm und Argumente, je ein Eintrag; keine Shell liest sie.",
  "Folder in which it runs; a relative one counts from where the gateway was started.":
    "Ordner, in dem es läuft; ein relativer zählt von dort, wo das Gateway gestartet wurde.",
  "Entries - NAME: value of its environment, beside PATH, HOME and the language.":
    "Einträge - NAME: Wert seiner Umgebung, neben PATH, HOME und der Sprache.",
  "What it speaks.": "Was es spricht.",
  "Path of its HTTP handler.": "Pfad seines HTTP-Handlers.",
  "Where it is told to listen: the Unix domain socket in SIGNALBOX_FUNCTION_SOCKET, or the loopback port in PORT.":
    "Wo es zuhören soll: am Unix-Socket in SIGNALBOX_FUNCTION_SOCKET, oder am Loopback-Port in PORT.",
  "Processes, called in turn.": "Prozesse, reihum aufgerufen.",
  "From its start until it accepts connections, at the longest.": "Vom Start, bis es Verbindungen annimmt, höchstens.",
  "From the takeover by new instances until old ones are asked to end, at the longest.":
    "Von der Übernahme durch neue Instanzen, bis alte um ihr Ende gebeten werden, höchstens.",
  "Its processes run only while there is work; the first message starts them.":
    "Seine Prozesse laufen nur, solange Arbeit da ist; die erste Nachricht startet sie.",
  "Functions in TypeScript that run in threads of the gateway itself.":
    "Funktionen in TypeScript, die in Threads des Gateways selbst laufen.",
  "What they are made from.": "Woraus sie gemacht sind.",
  "TypeScript that exports entities of @signalbox/functions.": "TypeScript, das Entitäten von @signalbox/functions exportiert.",
  "TypeScript or JavaScript file, below the folder in which the gateway was started.":
    "Datei in TypeScript oder JavaScript, unterhalb des Ordners, in dem das Gateway gestartet wurde.",
  "npm package that is installed where the gateway was started.": "npm-Paket, das dort installiert ist, wo das Gateway gestartet wurde.",
  "The export that holds the entities.": "Der Export mit den Entitäten.",
  "thread: in threads of the gateway, for code that is trusted. isolated: for code that is not: without files, network and environment, in an isolate of a process of its own.":
    "thread: in Threads des Gateways, für Code, dem man traut. isolated: für anderen: ohne Dateien, Netz und Umgebung, in einem Isolate eines eigenen Prozesses.",
  "Their bounds.": "Ihre Grenzen.",
  "Heap of a thread or isolate; one that needs more is ended.": "Heap eines Threads oder Isolates; eines, das mehr braucht, wird beendet.",
  "Longest call; a thread or isolate that is stuck in one is ended.":
    "Längster Aufruf; ein Thread oder Isolate, das darin hängt, wird beendet.",
  "Threads, in each partition; in isolation, processes.": "Threads, in jeder Partition; in Isolation Prozesse.",
  // Limits and masks
  "A bound on what starts, what runs at once and what waits, of functions or an ingress, for all or for each tenant.":
    "Eine Grenze für das, was beginnt, zugleich läuft und wartet, von Funktionen oder einem Ingress, für alle oder für jeden Mandanten.",
  "Its id, <namespace>/<name>: what waits for it says so.": "Ihre Id, <namespace>/<name>: Was auf sie wartet, sagt es.",
  "What it bounds: <namespace>/<name>, or <namespace>/* for all of a namespace.": `Was sie begrenzt: ${whole}.`,
  "Instead of functions: an ingress of a module by its id, or http, grpc or console.":
    "Statt functions: ein Ingress eines Moduls mit seiner Id, oder http, grpc oder console.",
  "What has bounds of its own: all together, each beginning of an id (a tenant), or each id. These take turns, too.":
    "Was eigene Grenzen hat: alle zusammen, jeder Anfang einer Id (ein Mandant), oder jede Id. Diese kommen auch reihum dran.",
  "Where the beginning of an id ends; an id without it is its own.": "Wo der Anfang einer Id endet; eine Id ohne das steht für sich.",
  "So many messages may start in the time of every.": "So viele Nachrichten dürfen in der Zeit von every beginnen.",
  "The time for messages.": "Die Zeit für messages.",
  "So many may start at once after a pause.": "So viele dürfen nach einer Pause auf einmal beginnen.",
  "Invocations at once.": "Aufrufe zugleich.",
  "Messages that may wait; beyond it an ingress is answered 429. Functions may always send.":
    "Nachrichten, die warten dürfen; darüber bekommt ein Ingress 429. Funktionen dürfen immer senden.",
  "Fields of values that people see as •••• unless they unmask them with a reason. Functions and connectors get them as they are.":
    "Felder von Werten, die Personen als •••• sehen, wenn sie sie nicht mit einem Grund aufdecken. Funktionen und Anschlüsse bekommen sie, wie sie sind.",
  "Whose values: states, messages to and from them, egress records that they write. <namespace>/<name>, or <namespace>/*.":
    "Wessen Werte: Zustände, Nachrichten an sie und von ihnen, Datensätze an Egresses von ihnen. <namespace>/<name>, oder <namespace>/*.",
  "Instead of functions: the records of this egress, whoever writes them.":
    "Statt functions: die Datensätze dieses Egress, wer sie auch schreibt.",
  "Paths: profile.email is email in the state profile, and in messages the email of profile. * is any key; * alone hides all.":
    "Pfade: profile.email ist email im Zustand profile, und in Nachrichten die email von profile. * ist jeder Schlüssel; * allein verbirgt alles.",
  // Ports, records, requests
  "An HTTP port that takes messages at /<namespace>/<name>/<id>.": "Ein HTTP-Port, der Nachrichten unter /<namespace>/<name>/<id> annimmt.",
  "HTTP port.": "HTTP-Port.",
  "An HTTP port that hands out records at /<topic>.": "Ein HTTP-Port, der Datensätze unter /<topic> herausgibt.",
  "Topics that records may name.": "Topics, die Datensätze nennen dürfen.",
  "A log of records that stay until acknowledged through the API.":
    "Eine Liste von Datensätzen, die bleiben, bis sie über die API bestätigt sind.",
  "Its id, <namespace>/<name>.": "Seine Id, <namespace>/<name>.",
  "Records are sent to a URL, one request each, in order.": "Datensätze gehen an eine URL, je eine Anfrage, der Reihe nach.",
  "Where to: http://… or https://….": "Wohin: http://… oder https://….",
  "Method of the request.": "Methode der Anfrage.",
  "Headers of each request; write secrets as ${NAME}.": "Header jeder Anfrage; Geheimnisse als ${NAME} schreiben.",
  "Content type of the body.": "Content-Type des Inhalts.",
  "How long one request may take.": "Wie lange eine Anfrage dauern darf.",
  "Attempts of one record before it counts as refused.": "Versuche mit einem Datensatz, bevor er als abgelehnt gilt.",
  "Function type that gets what is refused; without it a refused record holds up the others.":
    "Funktionstyp, der bekommt, was abgelehnt wird; ohne ihn hält ein abgelehnter Datensatz die anderen auf.",
  "Signs each request as Standard Webhooks do.": "Signiert jede Anfrage, wie Standard Webhooks es tun.",
  "Key in base64.": "Schlüssel in base64.",
  "Takes signed requests of other services at a path of the gateway's own port, each once.":
    "Nimmt signierte Anfragen anderer Dienste unter einem Pfad am eigenen Port des Gateways an, jede einmal.",
  "Where requests are sent: /hooks/<path>.": "Wohin Anfragen gehen: /hooks/<path>.",
  "Function type that receives each request.": "Funktionstyp, der jede Anfrage bekommt.",
  "Which entity of the target a request is for.": "Für welche Entität des Ziels eine Anfrage ist.",
  "JSON pointer into the body, such as /data/customer.": "JSON-Pointer in den Inhalt, wie /data/customer.",
  "Name of the header.": "Name des Headers.",
  "The id of all requests.": "Die Id aller Anfragen.",
  "Whether the body must be JSON, or any bytes.": "Ob der Inhalt JSON sein muss, oder beliebige Bytes.",
  "Typename that the values get; the body is the value.": "Typname, den die Werte bekommen; der Inhalt ist der Wert.",
  "How requests are signed: as Standard Webhooks, GitHub or Stripe sign; none takes what anybody sends.":
    "Wie Anfragen signiert sind: wie Standard Webhooks, GitHub oder Stripe; none nimmt, was irgendjemand sendet.",
  "Secrets that a request may be signed with, each ${NAME}; two while one replaces the other.":
    "Geheimnisse, mit denen eine Anfrage signiert sein darf, jedes ${NAME}; zwei, solange eines das andere ablöst.",
  "How far the time of a signature may be from ours.": "Wie weit die Zeit einer Signatur von unserer entfernt sein darf.",
  "Header of the signature.": "Header der Signatur.",
  "What tells a repeat: a field, a header, or that the body is the same.":
    "Woran man eine Wiederholung erkennt: an einem Feld, an einem Header, oder am gleichen Inhalt.",
  "By which names it may be called: the gateway's own, or any (only with a signature).":
    "Unter welchen Namen er aufgerufen werden darf: unter denen des Gateways, oder unter jedem (nur mit Signatur).",
  // Schedules
  "Sends a message at given times, each run exactly once.": "Sendet zu bestimmten Zeiten eine Nachricht, jeden Lauf genau einmal.",
  "When it runs.": "Wann er läuft.",
  "Five fields, or six with seconds first.": "Fünf Felder, oder sechs mit den Sekunden zuerst.",
  "IANA name of the time zone, such as Europe/Berlin.": "IANA-Name der Zeitzone, wie Europe/Berlin.",
  "Time between two runs, counted from 1970 in UTC.": "Zeit zwischen zwei Läufen, von 1970 an in UTC gezählt.",
  "Moments, such as 2026-12-24T18:00:00+01:00.": "Momente, wie 2026-12-24T18:00:00+01:00.",
  "Function type that receives each run.": "Funktionstyp, der jeden Lauf bekommt.",
  "Which entity of the target receives it.": "Welche Entität des Ziels ihn bekommt.",
  "Value of the messages, as text.": "Wert der Nachrichten, als Text.",
  "Typename that the values get.": "Typname, den die Werte bekommen.",
  "Each run is later by up to this, always the same for the same run.":
    "Jeder Lauf kommt bis zu so viel später, derselbe immer gleich viel.",
  "A run that is late by more was missed.": "Ein Lauf, der mehr verspätet ist, gilt als versäumt.",
  "What becomes of runs that were missed: the latest is sent, all are, or none.":
    "Was aus versäumten Läufen wird: Der letzte wird gesendet, alle, oder keiner.",
  "How many at most, the latest.": "Wie viele höchstens, die letzten.",
  // Kafka
  "Reads Kafka topics; each record is a message to the entity that its key names.":
    "Liest Topics von Kafka; jeder Datensatz ist eine Nachricht an die Entität, die sein Schlüssel nennt.",
  "Bootstrap servers, host:port.": "Bootstrap-Server, host:port.",
  "Settings by the names of Kafka's Java clients; write secrets as ${NAME}.":
    "Einstellungen unter den Namen der Java-Clients von Kafka; Geheimnisse als ${NAME} schreiben.",
  "Consumer group whose offsets are read at the start and written for monitoring.":
    "Consumer-Gruppe, deren Offsets am Anfang gelesen und zur Beobachtung geschrieben werden.",
  "Topics and the functions their records go to.": "Topics, und die Funktionen, an die ihre Datensätze gehen.",
  "Topic's name.": "Name des Topic.",
  "Typename that the records' values get.": "Typname, den die Werte der Datensätze bekommen.",
  "Function types that receive each record.": "Funktionstypen, die jeden Datensatz bekommen.",
  "Where to go on when an offset is gone.": "Wo es weitergeht, wenn es ein Offset nicht mehr gibt.",
  "Where a first start begins.": "Wo ein erster Start beginnt.",
  "Entries - topic/partition: offset.": "Einträge - Topic/Partition: Offset.",
  "From this moment on.": "Von diesem Moment an.",
  "What happens to records that cannot become messages (no key, no value): they are skipped, parked, or forwarded to a function.":
    "Was mit Datensätzen geschieht, die nicht zu Nachrichten werden können (ohne Schlüssel, ohne Wert): Sie werden übergangen, geparkt, oder an eine Funktion weitergegeben.",
  "Function type that gets them; invalidRecordHandling is `forward` then.":
    "Funktionstyp, der sie bekommt; invalidRecordHandling ist dann `forward`.",
  "Writes records to the Kafka topics that they name.": "Schreibt Datensätze in die Topics von Kafka, die sie nennen.",
  "What delivery promises.": "Was die Zustellung verspricht.",
  "Longest transaction.": "Längste Transaktion.",
  "Older form of transactionTimeout.": "Ältere Form von transactionTimeout.",
  "Function type that gets what Kafka refuses; without it a refused record holds up the others.":
    "Funktionstyp, der bekommt, was Kafka ablehnt; ohne ihn hält ein abgelehnter Datensatz die anderen auf.",
  // Kinesis
  "Reads Kinesis streams.": "Liest Streams von Kinesis.",
  "AWS region.": "Region von AWS.",
  "Region, for example us-west-2.": "Region, zum Beispiel us-west-2.",
  "URL of the endpoint.": "URL des Endpoints.",
  "Region of the endpoint.": "Region des Endpoints.",
  "AWS credentials.": "Anmeldung bei AWS.",
  "Access key id; take it from the environment with ${…}.": `Id des Zugangsschlüssels; ${byVariable}`,
  "Secret key; take it from the environment with ${…}.": `Geheimer Schlüssel; ${byVariable}`,
  "Profile's name.": "Name des Profils.",
  "File of profiles with keys; without it the machine's own ~/.aws.":
    "Datei mit Profilen und Schlüsseln; ohne sie das ~/.aws der Maschine.",
  "Settings of the AWS client.": "Einstellungen des Clients von AWS.",
  "Streams and the functions their records go to.": "Streams, und die Funktionen, an die ihre Datensätze gehen.",
  "Stream's name.": "Name des Streams.",
  "Writes to Kinesis streams.": "Schreibt in Streams von Kinesis.",
  "Records on their way.": "Datensätze unterwegs.",
  // NATS
  "Reads a stream of NATS JetStream.": "Liest einen Stream von NATS JetStream.",
  "Servers, nats://host:port or tls://host:port.": "Server, nats://host:port oder tls://host:port.",
  "Who asks.": "Wer fragt.",
  "Name of the user.": "Name des Benutzers.",
  "Password of the user.": "Passwort des Benutzers.",
  "Token.": "Token.",
  "Seed of the NKey.": "Seed des NKey.",
  "File with JWT and seed.": "Datei mit JWT und Seed.",
  "Wants TLS, with these files.": "Will TLS, mit diesen Dateien.",
  "PEM file of the authorities that are trusted, in place of the usual ones.":
    "PEM-Datei der Stellen, denen getraut wird, statt der üblichen.",
  "PEM file of a client certificate.": "PEM-Datei eines Client-Zertifikats.",
  "PEM file of its key.": "PEM-Datei des Schlüssels dazu.",
  "Name of the stream.": "Name des Streams.",
  "Subjects that are read, with wildcards.": "Subjects, die gelesen werden, mit Platzhaltern.",
  "What of a message is the entity's id.": "Was an einer Nachricht die Id der Entität ist.",
  "Number of the token, from 1 on.": "Nummer des Worts, von 1 an.",
  "Of the first message.": "Der ersten Nachricht.",
  "Writes to a stream of NATS JetStream.": "Schreibt in einen Stream von NATS JetStream.",
  "Subject of the messages; {id} stands for the id of the sender.": "Subject der Nachrichten; {id} steht für die Id des Senders.",
  "Stream that has to take them; without it whichever takes the subject.":
    "Stream, der sie annehmen muss; ohne ihn, welcher das Subject annimmt.",
  "Whose order holds when a record fails: that of each sender, or that of all, one after the other.":
    "Wessen Reihenfolge gilt, wenn ein Datensatz fehlschlägt: die jedes Senders, oder die von allen, einer nach dem anderen.",
};

/** Defaults that are said in words; values stay as they are written. */
export const defaultTexts: Readonly<Record<string, string>> = {
  "where the gateway was started": "wo das Gateway gestartet wurde",
  "every entity that it exports": "jede Entität, die es exportiert",
  "text/plain for strings, else application/octet-stream": "text/plain für Texte, sonst application/octet-stream",
  "JSON with the schedule's id and the time of the run": "JSON mit der Id des Zeitplans und der Zeit des Laufs",
  "webhook-id, x-github-delivery, the field /id for stripe, idempotency-key for none":
    "webhook-id, x-github-delivery, das Feld /id bei stripe, idempotency-key bei none",
  "all of the stream": "alle des Streams",
  "the last token of the subject": "das letzte Wort des Subject",
  "the last": "das letzte",
};
