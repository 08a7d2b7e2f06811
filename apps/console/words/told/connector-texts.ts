/** Causes and cures of ingresses and egresses in German, by what the gateway's connectors say. Neighbour: de.ts. */
const nobodyListens = "an der Adresse hört niemand zu";
const unknownHost = "den Namen des Hosts kennt niemand";
const cut = "die Verbindung wurde getrennt";
const noWay = "zum Host führt kein Weg";
const foreignAuthority = "ist von einer Stelle unterschrieben, die hier niemand kennt";

const common: Readonly<Record<string, string>> = {
  "nothing listens at the address": nobodyListens,
  "the host name is not known": unknownHost,
  "the name service does not answer": "der Namensdienst antwortet nicht",
  "the connection was cut": cut,
  "there is no way to the host": noWay,
  "this kind is recognised but not active yet": "diese Art wird erkannt, ist aber noch nicht aktiv",
  "Its records wait in the outbox; nothing is read.": "Seine Datensätze warten im Ausgang; gelesen wird nichts.",
  "somebody stopped it": "jemand hat ihn gestoppt",
  "Start it; nothing is lost meanwhile.": "Ihn starten; derweil geht nichts verloren.",
  "it is closed": "er ist geschlossen",
  "Apply a module that declares it.": "Ein Modul anwenden, das ihn vereinbart.",
  "it ended by itself": "er endete von selbst",
  "It is opened again by itself.": "Er wird von selbst wieder geöffnet.",
  "a server answers": "ein Server antwortet",
  "a broker answers": "ein Broker antwortet",
  "the service answers": "der Dienst antwortet",
  "it takes the credentials": "er nimmt die Anmeldung an",
  "it takes the headers": "er nimmt die Header an",
  "See whether the address is right and reachable from here; then check again.":
    "Nachsehen, ob die Adresse stimmt und von hier erreichbar ist; dann erneut prüfen.",
  "Start the brokers that hold them; it goes on by itself.": "Die Broker starten, die sie halten; es geht von selbst weiter.",
  "it was not sent": "es wurde nicht gesendet",
  "It is sent again by itself.": "Es wird von selbst erneut gesendet.",
  "it was stopped": "er wurde gestoppt",
};

const kafka: Readonly<Record<string, string>> = {
  "It goes on by itself once the broker answers.": "Es geht von selbst weiter, sobald der Broker antwortet.",
  "It goes on by itself once the broker is up; else mend `address` in the module.":
    "Es geht von selbst weiter, sobald der Broker läuft; sonst `address` im Modul berichtigen.",
  "Mend `address` in the module, or the name service.": "`address` im Modul berichtigen, oder den Namensdienst.",
  "the broker cut the connection": "der Broker trennte die Verbindung",
  "the broker does not answer": "der Broker antwortet nicht",
  "It goes on by itself; check the address and the network if it does not.":
    "Es geht von selbst weiter; wenn nicht, Adresse und Netz prüfen.",
  "the broker did not answer in time": "der Broker antwortete nicht rechtzeitig",
  "the connection was closed here": "die Verbindung wurde hier geschlossen",
  "the broker closed the connection": "der Broker schloss die Verbindung",
  "It goes on by itself. If it does not: the listener may want another security.protocol (SASL or TLS) than the module names.":
    "Es geht von selbst weiter. Wenn nicht: Der Listener will vielleicht ein anderes security.protocol (SASL oder TLS), als das Modul nennt.",
  "the module names no bootstrap server": "das Modul nennt keinen Bootstrap-Server",
  "Write `address: host:port`.": "`address: host:port` schreiben.",
  "the token endpoint is where nothing may be called": "der Token-Endpoint ist dort, wo nichts aufgerufen werden darf",
  "Mend `sasl.oauthbearer.token.endpoint.url`, or name the host in SIGNALBOX_ENDPOINT_ALLOW.":
    "`sasl.oauthbearer.token.endpoint.url` berichtigen, oder den Host in SIGNALBOX_ENDPOINT_ALLOW nennen.",
  "the broker is where nothing may be called": "der Broker ist dort, wo nichts aufgerufen werden darf",
  "Mend `address`, or name the host in SIGNALBOX_ENDPOINT_ALLOW.":
    "`address` berichtigen, oder den Host in SIGNALBOX_ENDPOINT_ALLOW nennen.",
  "the broker does not know a request that is needed": "der Broker kennt eine Anfrage nicht, die nötig ist",
  "Use Kafka 3.1 or newer.": "Kafka 3.1 oder neuer verwenden.",
  "the listener wants TLS": "der Listener will TLS",
  "Set security.protocol to SSL or SASL_SSL, or name a plain listener.":
    "security.protocol auf SSL oder SASL_SSL setzen, oder einen Listener ohne TLS nennen.",
  "the listener does not take our TLS": "der Listener nimmt unser TLS nicht an",
  "Name a TLS listener in `address`, and a client certificate (ssl.keystore.location) if it wants one.":
    "In `address` einen TLS-Listener nennen, und ein Client-Zertifikat (ssl.keystore.location), wenn er eines will.",
  "the broker's certificate has expired": "das Zertifikat des Brokers ist abgelaufen",
  "the broker's certificate is signed by itself": "das Zertifikat des Brokers hat sich selbst unterschrieben",
  "the broker's certificate is signed by an authority that is not known here": `das Zertifikat des Brokers ${foreignAuthority}`,
  "Renew it, or name the authority that signed it in ssl.truststore.location (PEM).":
    "Es erneuern, oder die Stelle, die es unterschrieb, in ssl.truststore.location nennen (PEM).",
  "the broker's certificate is for another host name": "das Zertifikat des Brokers gilt für einen anderen Host",
  "Connect by a name that it holds, or set ssl.endpoint.identification.algorithm to an empty text.":
    "Sich über einen Namen verbinden, den es enthält, oder ssl.endpoint.identification.algorithm leer lassen.",
  "certificates that the module names cannot be used": "Zertifikate, die das Modul nennt, sind nicht zu verwenden",
  "Mend the file, or the property that names it.": "Die Datei berichtigen, oder die Eigenschaft, die sie nennt.",
  "the token endpoint gave no token": "der Token-Endpoint gab kein Token",
  "Mend sasl.oauthbearer.token.endpoint.url, clientId and clientSecret.":
    "sasl.oauthbearer.token.endpoint.url, clientId und clientSecret berichtigen.",
  "the broker refused the credentials": "der Broker wies die Anmeldung ab",
  "Mend user and password in sasl.jaas.config.": "Name und Passwort in sasl.jaas.config berichtigen.",
  "the listener does not offer the mechanism": "der Listener bietet dieses Verfahren nicht an",
  "Set sasl.mechanism to one that the broker has.": "sasl.mechanism auf eines setzen, das der Broker hat.",
  "the topic is not there": "das Topic gibt es nicht",
  "Create it, or mend its name in the module or the record.": "Es anlegen, oder seinen Namen im Modul oder im Datensatz berichtigen.",
  "the topic was deleted, perhaps made again": "das Topic wurde gelöscht, vielleicht neu angelegt",
  "the topic was deleted and made again": "das Topic wurde gelöscht und neu angelegt",
  "It is looked up again by itself.": "Es wird von selbst neu nachgesehen.",
  "what the broker has there is no record any more: its disk, or what lies between, damaged it":
    "was der Broker dort hat, ist kein Datensatz mehr: Seine Platte, oder was dazwischen liegt, hat ihn beschädigt",
  "Mend the broker's log; or move the ingress behind that offset (Move, positions), which leaves out what stands between.":
    "Das Log des Brokers ausbessern; oder den Ingress hinter dieses Offset versetzen (Versetzen, Positionen), was auslässt, was dazwischen steht.",
  "the topic's name is not allowed": "der Name des Topic ist nicht erlaubt",
  "Mend the name that the function writes into the record.": "Den Namen berichtigen, den die Funktion in den Datensatz schreibt.",
  "no right to the topic": "kein Recht an dem Topic",
  "Give this user READ and DESCRIBE (ingress) or WRITE (egress) on it.":
    "Diesem Benutzer READ und DESCRIBE (Ingress) oder WRITE (Egress) daran geben.",
  "no right to the consumer group": "kein Recht an der Consumer-Gruppe",
  "Give this user READ on the group; for exactly-once on the prefix signalbox-outbox-.":
    "Diesem Benutzer READ an der Gruppe geben; für exactly-once am Präfix signalbox-outbox-.",
  "no right to the transactional id": "kein Recht an der Transaktions-Id",
  "Give this user WRITE and DESCRIBE on transactional ids with the prefix signalbox-.":
    "Diesem Benutzer WRITE und DESCRIBE an Transaktions-Ids mit dem Präfix signalbox- geben.",
  "no right at the cluster": "kein Recht am Cluster",
  "Give this user IDEMPOTENT_WRITE on the cluster.": "Diesem Benutzer IDEMPOTENT_WRITE am Cluster geben.",
  "transactionTimeout is above the broker's maximum": "transactionTimeout liegt über dem Höchsten des Brokers",
  "Lower transactionTimeout, or raise transaction.max.timeout.ms at the broker (15 min unless changed).":
    "transactionTimeout senken, oder transaction.max.timeout.ms am Broker heben (15 min, wenn nicht geändert).",
  "the record is larger than the broker takes": "der Datensatz ist größer, als der Broker annimmt",
  "Raise max.message.bytes of the topic (or message.max.bytes of the broker), or let the function write less.":
    "max.message.bytes des Topic heben (oder message.max.bytes des Brokers), oder die Funktion weniger schreiben lassen.",
  "the record is larger than a segment of the topic": "der Datensatz ist größer als ein Segment des Topic",
  "Raise segment.bytes of the topic, or let the function write less.":
    "segment.bytes des Topic heben, oder die Funktion weniger schreiben lassen.",
  "the broker refuses the record": "der Broker lehnt den Datensatz ab",
  "A compacted topic wants a key; see the broker's words.": "Ein kompaktiertes Topic will einen Schlüssel; siehe die Worte des Brokers.",
  "the broker refuses the record's time": "der Broker lehnt die Zeit des Datensatzes ab",
  "Set the clock, or message.timestamp.before/after.max.ms of the topic.":
    "Die Uhr stellen, oder message.timestamp.before/after.max.ms des Topic.",
  "the topic's format is too old for it": "das Format des Topic ist dafür zu alt",
  "Raise the topic's message format.": "Das Nachrichtenformat des Topic heben.",
  "a policy of the cluster forbids it": "eine Regel des Clusters verbietet es",
  "See the broker's words.": "Siehe die Worte des Brokers.",
  "the transaction took longer than transactionTimeout, and the broker gave it up":
    "die Transaktion dauerte länger als transactionTimeout, und der Broker gab sie auf",
  "It is written again by itself; raise transactionTimeout if it comes again.":
    "Es wird von selbst neu geschrieben; kommt es wieder, transactionTimeout heben.",
  "the broker never ended the last transaction of this egress where its marker stands, and its topics do not tell how it ended":
    "der Broker beendete die letzte Transaktion dieses Egress dort nie, wo ihr Marker steht, und seine Topics sagen nicht, wie sie endete",
  "Find and end it at a partition of __consumer_offsets with kafka-transactions.sh (find-hanging, abort); abort only if its records are not in the topic.":
    "Sie an einer Partition von __consumer_offsets mit kafka-transactions.sh finden und beenden (find-hanging, abort); abort nur, wenn ihre Datensätze nicht im Topic sind.",
  "another gateway with the same data has taken over this egress": "ein anderes Gateway mit denselben Daten hat diesen Egress übernommen",
  "Stop the other gateway, or give it a data directory of its own, then start this one again.":
    "Das andere Gateway anhalten, oder ihm ein eigenes Datenverzeichnis geben, dann dieses neu starten.",
  "Start the version of Signalbox that wrote it, or give the ingress another id.":
    "Die Version von Signalbox starten, die sie schrieb, oder dem Ingress eine andere Id geben.",
  "Mend startupPosition.": "startupPosition berichtigen.",
  "Restore a savepoint (it begins a new count), or start the gateway that has the newer data.":
    "Einen Savepoint wiederherstellen (das beginnt eine neue Zählung), oder das Gateway mit den neueren Daten starten.",
  "Raise retention.ms or retention.bytes of the topic. autoOffsetResetPosition says where to go on; move the ingress to read what is still there before that.":
    "retention.ms oder retention.bytes des Topic heben. autoOffsetResetPosition sagt, wo es weitergeht; um zu lesen, was davor noch da ist, den Ingress versetzen.",
};

const nats: Readonly<Record<string, string>> = {
  "It goes on by itself once the server answers.": "Es geht von selbst weiter, sobald der Server antwortet.",
  "Mend `servers` in the module; if they are right, it goes on by itself once one is up.":
    "`servers` im Modul berichtigen; stimmen sie, geht es von selbst weiter, sobald einer läuft.",
  "the server refuses the credentials": "der Server weist die Anmeldung ab",
  "Mend `credentials` in the module, the file that they name, or the user at the server; it is tried again by itself.":
    "`credentials` im Modul berichtigen, die Datei, die sie nennen, oder den Benutzer am Server; es wird von selbst erneut versucht.",
  "the server's certificate cannot be trusted": "dem Zertifikat des Servers ist nicht zu trauen",
  "Renew it, or name the authority that signed it in `tls.caFile`.":
    "Es erneuern, oder die Stelle, die es unterschrieb, in `tls.caFile` nennen.",
  "the server does not answer": "der Server antwortet nicht",
  "the server did not answer in time": "der Server antwortete nicht rechtzeitig",
  "what answers there does not speak as a server of NATS": "was dort antwortet, spricht nicht wie ein Server von NATS",
  "the server is where nothing may be called": "der Server ist dort, wo nichts aufgerufen werden darf",
  "Mend `servers`, or name the host in SIGNALBOX_ENDPOINT_ALLOW.":
    "`servers` berichtigen, oder den Host in SIGNALBOX_ENDPOINT_ALLOW nennen.",
  "a file that the module names cannot be read": "eine Datei, die das Modul nennt, ist nicht zu lesen",
  "Mend the file, or the path in the module.": "Die Datei berichtigen, oder den Pfad im Modul.",
  "this user has not the right": "dieser Benutzer hat das Recht nicht",
  "Give it the rights that docs/connectors.md lists.": "Ihm die Rechte geben, die docs/connectors.md aufzählt.",
  "the stream is not there": "den Stream gibt es nicht",
  "Create it, or mend its name; it is looked for again.": "Ihn anlegen, oder seinen Namen berichtigen; er wird wieder gesucht.",
  "the stream was deleted while it was read": "der Stream wurde gelöscht, während er gelesen wurde",
  "Create it again; it is looked for again.": "Ihn neu anlegen; er wird wieder gesucht.",
  "no stream takes the subject, or JetStream is not enabled": "kein Stream nimmt das Subject an, oder JetStream ist nicht eingeschaltet",
  "Create a stream for the subject, or enable JetStream.": "Einen Stream für das Subject anlegen, oder JetStream einschalten.",
  "another stream than the module's `stream` takes the subject": "ein anderer Stream als `stream` des Moduls nimmt das Subject an",
  "Mend `stream` or `subject` in the module.": "`stream` oder `subject` im Modul berichtigen.",
  "the stream is a work queue, whose messages vanish when one reader has them":
    "der Stream ist eine Work-Queue, deren Nachrichten verschwinden, wenn ein Leser sie hat",
  "Read a stream with the retention `limits` or `interest`, for example one that mirrors it.":
    "Einen Stream mit der Retention `limits` oder `interest` lesen, zum Beispiel einen, der ihn spiegelt.",
  "the message is larger than the server or the stream takes": "die Nachricht ist größer, als Server oder Stream annehmen",
  "Raise max_payload or max_msg_size, or let the function write less.":
    "max_payload oder max_msg_size heben, oder die Funktion weniger schreiben lassen.",
  "it has no subject to go to": "es hat kein Subject, an das es geht",
  "Ids in `subject` must be one token: no blank, `.`, `*` or `>`.":
    "Ids in `subject` müssen ein Wort sein: ohne Leerzeichen, `.`, `*` oder `>`.",
};

const kinesis: Readonly<Record<string, string>> = {
  "It goes on by itself once the service answers.": "Es geht von selbst weiter, sobald der Dienst antwortet.",
  "it is asked for more than the stream gives": "es wird mehr verlangt, als der Stream gibt",
  "Add shards, or let fewer others use the stream; it goes on by itself, more slowly.":
    "Shards hinzufügen, oder weniger andere den Stream verwenden lassen; es geht von selbst weiter, langsamer.",
  "the credentials are refused": "die Anmeldung wird abgewiesen",
  "Mend `awsCredentials` in the module, or the clock of this machine.":
    "`awsCredentials` im Modul berichtigen, oder die Uhr dieser Maschine.",
  "the stream's key may not be used": "der Schlüssel des Streams darf nicht verwendet werden",
  "the stream's key is disabled": "der Schlüssel des Streams ist abgeschaltet",
  "the stream's key is in no state to be used": "der Schlüssel des Streams ist in keinem brauchbaren Zustand",
  "the stream's key is not there": "den Schlüssel des Streams gibt es nicht",
  "the stream's key needs an opt-in": "der Schlüssel des Streams braucht eine Zustimmung",
  "Mend the key, or this identity's rights to it.": "Den Schlüssel berichtigen, oder die Rechte dieser Identität daran.",
  "Mend `awsRegion` in the module; if it is right, it goes on by itself once the service is up.":
    "`awsRegion` im Modul berichtigen; stimmt sie, geht es von selbst weiter, sobald der Dienst läuft.",
  "the place in the shard was not used for too long": "die Stelle im Shard wurde zu lange nicht verwendet",
  "Create it, or mend its name or `awsRegion`; it is looked for again.":
    "Ihn anlegen, oder seinen Namen oder `awsRegion` berichtigen; er wird wieder gesucht.",
  "the stream is being created or changed": "der Stream wird gerade angelegt oder geändert",
  "this identity has not the right to it": "diese Identität hat das Recht daran nicht",
  "the credentials have expired": "die Anmeldung ist abgelaufen",
  "Renew them where the machine gets them.": "Sie dort erneuern, wo die Maschine sie bekommt.",
  "no credentials are found": "es findet sich keine Anmeldung",
  "Write `awsCredentials`, or give this machine some.": "`awsCredentials` schreiben, oder dieser Maschine welche geben.",
  "the file of profiles gives no keys": "die Datei der Profile gibt keine Schlüssel",
  "Write `aws_access_key_id` and `aws_secret_access_key` there. A profile that assumes a role or runs a command may only stand in this machine's own ~/.aws: leave `profilePath` out.":
    "Dort `aws_access_key_id` und `aws_secret_access_key` schreiben. Ein Profil, das eine Rolle annimmt oder einen Befehl ausführt, darf nur im eigenen ~/.aws dieser Maschine stehen: `profilePath` weglassen.",
  "no region is known": "eine Region ist nicht bekannt",
  "Write `awsRegion: {type: specific, id: …}`, or set AWS_REGION.":
    "`awsRegion: {type: specific, id: …}` schreiben, oder AWS_REGION setzen.",
  "the service refuses it": "der Dienst lehnt es ab",
  "See the service's words.": "Siehe die Worte des Dienstes.",
  "it can be no record of a stream": "es kann kein Datensatz eines Streams sein",
  "Let the function build it with its SDK's Kinesis egress builder.":
    "Die Funktion es mit dem Kinesis-Egress-Builder ihres SDK bauen lassen.",
  "the address may not be called": "die Adresse darf nicht aufgerufen werden",
  "Correct `awsRegion`, or name the host in SIGNALBOX_ENDPOINT_ALLOW.":
    "`awsRegion` berichtigen, oder den Host in SIGNALBOX_ENDPOINT_ALLOW nennen.",
  "the service did not answer in time": "der Dienst antwortete nicht rechtzeitig",
  "what answers there does not answer as Kinesis does": "was dort antwortet, antwortet nicht wie Kinesis",
  "it answers more than any call of Kinesis gives": "die Antwort ist größer, als ein Aufruf von Kinesis gibt",
  "the service does not answer": "der Dienst antwortet nicht",
};

const http: Readonly<Record<string, string>> = {
  "Mend `headers` or `signing` in the module; it is tried again by itself.":
    "`headers` oder `signing` im Modul berichtigen; es wird von selbst erneut versucht.",
  "there is no right to it": "das Recht dazu fehlt",
  "Give these credentials the right at the service; it is tried again by itself.":
    "Dieser Anmeldung beim Dienst das Recht geben; es wird von selbst erneut versucht.",
  "nothing is at the URL": "unter der URL ist nichts",
  "Mend `url` in the module, or the service; it is tried again by itself.":
    "`url` im Modul berichtigen, oder den Dienst; es wird von selbst erneut versucht.",
  "the record is too large for the service": "der Datensatz ist dem Dienst zu groß",
  "Raise the service's limit, or let the function write less; `deadLetters` lets those behind it go on.":
    "Die Grenze des Dienstes heben, oder die Funktion weniger schreiben lassen; mit `deadLetters` geht es dahinter weiter.",
  "Mend the service; it is tried again by itself.": "Den Dienst ausbessern; es wird von selbst erneut versucht.",
  "Write the URL that it redirects to; redirects are not followed.":
    "Die URL schreiben, auf die er weiterleitet; Weiterleitungen wird nicht gefolgt.",
  "Mend the service or the record's sender; then retry, or let the record go.":
    "Den Dienst oder den Sender des Datensatzes ausbessern; dann wiederholen, oder den Datensatz gehen lassen.",
  "its answer was cut": "die Antwort brach ab",
  "See whether the URL can be reached": "Nachsehen, ob die URL erreichbar ist",
  "See whether the service is up, and whether `url` is right": "Nachsehen, ob der Dienst läuft, und ob `url` stimmt",
  "its certificate is signed by an authority that is not known here": `sein Zertifikat ${foreignAuthority}`,
  "Name that authority's PEM file in NODE_EXTRA_CA_CERTS and start the gateway again":
    "Die PEM-Datei dieser Stelle in NODE_EXTRA_CA_CERTS nennen und das Gateway neu starten",
  "its certificate has expired": "sein Zertifikat ist abgelaufen",
  "Renew the certificate of the URL's server": "Das Zertifikat des Servers der URL erneuern",
  "its certificate is not valid yet": "sein Zertifikat gilt noch nicht",
  "Set the clocks of both sides": "Die Uhren beider Seiten stellen",
  "its certificate is for another host name": "sein Zertifikat gilt für einen anderen Host",
  "Write a name into `url` that the certificate holds": "In `url` einen Namen schreiben, den das Zertifikat enthält",
  "Mend `url` in the module, or the name service": "`url` im Modul berichtigen, oder den Namensdienst",
  "See whether the name service is up": "Nachsehen, ob der Namensdienst läuft",
  "it cut the connection before it had answered": "er trennte die Verbindung, bevor er geantwortet hatte",
  "Mend `headers` in the module, or the rights of who they name.":
    "`headers` im Modul berichtigen, oder die Rechte dessen, den sie nennen.",
  "Correct `url`, or name the host in SIGNALBOX_ENDPOINT_ALLOW.": "`url` berichtigen, oder den Host in SIGNALBOX_ENDPOINT_ALLOW nennen.",
};

const others: Readonly<Record<string, string>> = {
  "Compare the secret and the clock with the sender's; if they are right, somebody else knocked.":
    "Geheimnis und Uhr mit denen des Senders vergleichen; stimmen sie, hat jemand anderes angeklopft.",
  "it lacks webhook-id, webhook-timestamp or webhook-signature": "ihr fehlt webhook-id, webhook-timestamp oder webhook-signature",
  "it lacks x-hub-signature-256": "ihr fehlt x-hub-signature-256",
  "its time is no number of seconds": "ihre Zeit ist keine Zahl von Sekunden",
  "it was signed with another secret, or changed on its way": "sie wurde mit einem anderen Geheimnis signiert, oder unterwegs verändert",
  "Wait, or pause and resume the schedule: it then goes on from now.":
    "Warten, oder den Zeitplan pausieren und fortsetzen: Dann geht es ab jetzt weiter.",
  "They came due while the gateway was down or the engine had no room; `misfire` says what becomes of such.":
    "Sie waren fällig, während das Gateway nicht lief oder die Engine keinen Platz hatte; `misfire` sagt, was aus solchen wird.",
  "StateFun's own connector carries it, in the job on Flink: nothing of it passes the gateway, which counts and stops nothing here. Failures and Functions show the job; SIGNALBOX_FLINK_CONNECTORS=gateway has the gateway do it.":
    "Der eigene Anschluss von StateFun trägt es, im Job auf Flink: Nichts davon geht durch das Gateway, das hier nichts zählt und nichts stoppt. Fehler und Funktionen zeigen den Job; mit SIGNALBOX_FLINK_CONNECTORS=gateway übernimmt es das Gateway.",
};

export const connectorTexts: Readonly<Record<string, string>> = { ...common, ...kafka, ...nats, ...kinesis, ...http, ...others };
