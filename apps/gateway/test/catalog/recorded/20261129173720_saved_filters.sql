CREATE TABLE "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT,
  "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0
);
CREATE TABLE "Module" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "removedMs" BIGINT
);
CREATE TABLE "Savepoint" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "createdMs" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "entities" BIGINT NOT NULL,
    "messages" BIGINT NOT NULL,
    "delayedMessages" BIGINT NOT NULL,
    "egressRecords" BIGINT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "checksum" TEXT NOT NULL,
    "durationMs" BIGINT NOT NULL,
    "error" TEXT
, "erasedMs" BIGINT, "modules" TEXT, "types" TEXT);
CREATE TABLE "SavedMessage" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "entityId" TEXT NOT NULL,
    "valueType" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL
);
CREATE TABLE "DescriptorSet" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "bytes" BLOB NOT NULL,
    "types" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL
);
CREATE TABLE "ModuleRevision" (
    "name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "yaml" TEXT NOT NULL,
    "appliedMs" BIGINT NOT NULL,
    "origin" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT '',
    "by" TEXT NOT NULL DEFAULT '',
    "door" TEXT NOT NULL DEFAULT '',

    PRIMARY KEY ("name", "revision"),
    CONSTRAINT "ModuleRevision_name_fkey" FOREIGN KEY ("name") REFERENCES "Module" ("name") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "password" TEXT,
    "subject" TEXT,
    "grants" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,
    "disabledMs" BIGINT,
    "seenMs" BIGINT,
    "setupHash" TEXT,
    "setupExpiresMs" BIGINT
);
CREATE TABLE "Session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "hash" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,
    "expiresMs" BIGINT NOT NULL,
    "usedMs" BIGINT NOT NULL,
    "address" TEXT NOT NULL,
    "agent" TEXT NOT NULL,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "grants" TEXT NOT NULL,
    "ingress" TEXT,
    "by" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,
    "expiresMs" BIGINT,
    "usedMs" BIGINT,
    "revokedMs" BIGINT
, "scram" TEXT);
CREATE TABLE "AuditEntry" (
    "sequence" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "atMs" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "door" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "before" TEXT,
    "after" TEXT,
    "outcome" TEXT NOT NULL,
    "problem" TEXT,
    "previous" TEXT NOT NULL DEFAULT '',
    "hash" TEXT NOT NULL DEFAULT ''
);
CREATE TABLE "FailureCause" (
    "fingerprint" TEXT NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "cure" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "frames" TEXT NOT NULL,
    "raw" TEXT,
    "endpoint" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "ignoredUntilMs" BIGINT,
    "by" TEXT NOT NULL,
    "changedMs" BIGINT NOT NULL,
    "attempts" BIGINT NOT NULL,
    "firstMs" BIGINT NOT NULL,
    "lastMs" BIGINT NOT NULL,
    "firstModule" TEXT,
    "firstRevision" INTEGER,
    "sampleType" TEXT NOT NULL,
    "sampleId" TEXT NOT NULL,
    "trace" BIGINT,
    "buckets" TEXT NOT NULL
);
CREATE TABLE "AlertRule" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "threshold" REAL,
    "url" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "by" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL
, "header" TEXT);
CREATE TABLE "Secret" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "sealed" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "changedMs" BIGINT NOT NULL
);
CREATE TABLE "Invariant" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,
    "standing" TEXT
);
CREATE TABLE "Erasure" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "beganMs" BIGINT NOT NULL,
    "endedMs" BIGINT,
    "state" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "door" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "targets" TEXT,
    "standing" TEXT NOT NULL
);
CREATE TABLE "Pause" (
    "what" TEXT NOT NULL PRIMARY KEY,
    "by" TEXT NOT NULL,
    "sinceMs" BIGINT NOT NULL,
    "untilMs" BIGINT
);
CREATE TABLE "SavedFilter" (
    "owner" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "changedMs" BIGINT NOT NULL,

    PRIMARY KEY ("owner", "subject", "name")
);
INSERT INTO "_prisma_migrations" VALUES ('f2b20319-cb1f-4331-92d8-ffdd78cb1d12', 'e6a81ab32327d98f8efb7be55529c7cbf7f2eb6286db3f8989e494083da345ac', 1795978315447, '20261122165508_init', NULL, NULL, 1795978315447, 1);
INSERT INTO "_prisma_migrations" VALUES ('d90a8c04-2fe3-47e8-b051-90a72460f7de', '8f0c37fb4bacdf8120f692dc7b937c5d39104c9449972e1baabbed39e24a7df8', 1795978315449, '20261128050203_audit_and_principals', NULL, NULL, 1795978315448, 1);
INSERT INTO "_prisma_migrations" VALUES ('7dc9fe9b-1825-459f-856f-ec02cc0f08b7', '5fcede005964525971b00cce952acd97b80396381717f265620f76d324eab309', 1795978315450, '20261128073604_people_and_tokens', NULL, NULL, 1795978315449, 1);
INSERT INTO "_prisma_migrations" VALUES ('a263be5e-317f-46c1-b3fe-a9475dcb8212', '56c17903967ea3bb440f8d493aa4c556161222a6a715583402f7041b12543f0c', 1795978315451, '20261128111723_failure_causes_and_alerts', NULL, NULL, 1795978315451, 1);
INSERT INTO "_prisma_migrations" VALUES ('8936b17b-98b8-458f-870a-3bcf6676ea48', 'd6615c24577218b1157f0e0982e901c3edb455d5f21368e56f05c3b7ae627815', 1795978315451, '20261128143510_secrets', NULL, NULL, 1795978315451, 1);
INSERT INTO "_prisma_migrations" VALUES ('5c3f92f2-163e-43ec-bcd6-5d7b2f1e5eb7', '30e80859d5234d421e4b9fbae915be1d6967a3330828b256887d5abd8c04a5a3', 1795978315452, '20261128144900_token_logins', NULL, NULL, 1795978315452, 1);
INSERT INTO "_prisma_migrations" VALUES ('6d4b5bb6-cfa2-480e-ae86-05e3883375dd', 'e37a830ec07318ef4cdb0118dd6be47aaa19d694c19ee5b8a45982600209ba86', 1795978315453, '20261128173910_invariants', NULL, NULL, 1795978315453, 1);
INSERT INTO "_prisma_migrations" VALUES ('da19d83f-09a7-49f6-b154-9a3e0877d41d', 'cd541a710e4b3da18a107c960d566511257ce751a1303dc3c490c097e701a564', 1795978315454, '20261128211353_alert_header', NULL, NULL, 1795978315453, 1);
INSERT INTO "_prisma_migrations" VALUES ('a921ec82-fd15-4f64-9e41-031d15716f49', '0e6cb944be0a459edcc3f269c29e6f6d5febf66cb51971d43272aa8b160d75ac', 1795978315454, '20261128212236_erasures', NULL, NULL, 1795978315454, 1);
INSERT INTO "_prisma_migrations" VALUES ('f4c1dd78-ac3f-49a7-ac0c-3f4203181a9e', '08d339cb769daec727868d30df3b0214b82ad161ec914007bfb842d57bd4eeb7', 1795978315455, '20261129012924_savepoint_contents', NULL, NULL, 1795978315455, 1);
INSERT INTO "_prisma_migrations" VALUES ('d874eb7e-306c-4a3f-b572-7fa8af8a19a9', '94d2b02375fdff33a02b518b57a034c4fa28a2918ddfe00ff9ed56d080322709', 1795978315456, '20261129074329_pauses', NULL, NULL, 1795978315456, 1);
INSERT INTO "_prisma_migrations" VALUES ('139def16-d034-423f-9f15-336fcdd3cb89', '05ff0860b209bb50b62fe37afba74df4e839a7161bc9bf169604c62ffa8e33a8', 1795978315457, '20261129173720_saved_filters', NULL, NULL, 1795978315456, 1);
INSERT INTO "Module" VALUES ('shop', 2, NULL);
INSERT INTO "Module" VALUES ('gone', 1, 1795000000000);
INSERT INTO "Savepoint" VALUES ('s1', 1795000000000, 'ready', 'person', '/data/savepoints/s1.db', 7, 3, 2, 1, 0, 1099511627776, 'ab', 12, NULL, NULL, '[{"name":"shop","revision":31}]', '[{"type":"shop/cart","entities":1}]');
INSERT INTO "SavedMessage" VALUES ('m1', 'm', 'shop/cart', 'a', 't/v', '{}', 1795000000000);
INSERT INTO "DescriptorSet" VALUES ('d', X'0102ff', '["shop.Cart"]', 1795000000000);
INSERT INTO "ModuleRevision" VALUES ('shop', 1, 'kind: one', 1795000000000, 'person', 'person', 'ada', 'console');
INSERT INTO "ModuleRevision" VALUES ('shop', 2, 'kind: two', 1795000000000, 'person', 'person', 'ada', 'console');
INSERT INTO "ModuleRevision" VALUES ('gone', 1, 'kind: three', 1795000000000, 'api', 'person', 'ada', 'console');
INSERT INTO "User" VALUES ('u1', 'ada', '$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn', NULL, '[{"role":"admin","namespace":"*"}]', 1795000000000, NULL, NULL, NULL, NULL);
INSERT INTO "Session" VALUES ('s1', 'h1', 'u1', 1795000000000, 4503599627370496, 1795000000000, '192.0.2.1', 'a browser');
INSERT INTO "ApiToken" VALUES ('t1', 'robot', 'h2', 'sb_ab…cd', '[{"role":"admin","namespace":"*"}]', NULL, 'ada', 1795000000000, NULL, NULL, NULL, NULL);
INSERT INTO "AuditEntry" VALUES (1, 1795000000000, 'person', 'ada', 'console', 'modules.put', 'shop', '', NULL, 'revision 2', 'done', NULL, '', 'ceTLRRmN9gJVcYP5igfIY1TUF_7okASL_XrRDXnb9KI');
INSERT INTO "FailureCause" VALUES ('f1', 'FUNCTION_FAILED', 'TypeError', 'm', 'c', 'shop/cart', '["at a"]', NULL, 'shop/*', 'ignored', 1795000000000, 'ada', 1795000000000, 4, 1795000000000, 1795000000000, 'shop', 2, 'shop/cart', 'a', 9, '{"2991666":4}');
INSERT INTO "AlertRule" VALUES ('a1', 'ops', 'p99-over', 250.5, 'https://hooks.example/${secret.HOOK}', 1, 'ada', 1795000000000, 'X-Key: ${secret.HOOK}');
INSERT INTO "Secret" VALUES ('HOOK', 'sealed text', 'ada', 1795000000000);
INSERT INTO "Invariant" VALUES ('i1', 'money', '{"kind":"entity","type":"shop/cart","holds":"state.total >= 0"}', 'ada', 1795000000000, NULL);
INSERT INTO "Pause" VALUES ('function:shop/cart', 'ada', 1795000000000, 1795000000001);
INSERT INTO "Pause" VALUES ('endpoint:shop/*', 'ada', 1795000000000, NULL);
INSERT INTO "Pause" VALUES ('entity:shop/cart/anna/1', 'ada', 1795000000000, 1795000000001);
INSERT INTO "SavedFilter" VALUES ('user:u1', 'entity', 'few', 'state.visits < 5', 1795000000000);
CREATE INDEX "Savepoint_createdMs_idx" ON "Savepoint"("createdMs");
CREATE INDEX "SavedMessage_createdMs_idx" ON "SavedMessage"("createdMs");
CREATE INDEX "AuditEntry_atMs_idx" ON "AuditEntry"("atMs");
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");
CREATE UNIQUE INDEX "User_subject_key" ON "User"("subject");
CREATE UNIQUE INDEX "User_setupHash_key" ON "User"("setupHash");
CREATE UNIQUE INDEX "Session_hash_key" ON "Session"("hash");
CREATE INDEX "Session_userId_idx" ON "Session"("userId");
CREATE INDEX "Session_expiresMs_idx" ON "Session"("expiresMs");
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");
CREATE INDEX "FailureCause_lastMs_idx" ON "FailureCause"("lastMs");
CREATE INDEX "Erasure_beganMs_idx" ON "Erasure"("beganMs");
