-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_ModuleRevision" (
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
INSERT INTO "new_ModuleRevision" ("appliedMs", "name", "origin", "revision", "yaml") SELECT "appliedMs", "name", "origin", "revision", "yaml" FROM "ModuleRevision";
DROP TABLE "ModuleRevision";
ALTER TABLE "new_ModuleRevision" RENAME TO "ModuleRevision";
CREATE TABLE "new_AuditEntry" (
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
    "problem" TEXT
);
-- Nothing was ever written to it.
DROP TABLE "AuditEntry";
ALTER TABLE "new_AuditEntry" RENAME TO "AuditEntry";
CREATE INDEX "AuditEntry_atMs_idx" ON "AuditEntry"("atMs");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
