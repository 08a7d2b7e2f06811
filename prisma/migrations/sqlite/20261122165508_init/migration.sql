-- CreateTable
CREATE TABLE "Module" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "revision" INTEGER NOT NULL,
    "removedMs" BIGINT
);

-- CreateTable
CREATE TABLE "ModuleRevision" (
    "name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "yaml" TEXT NOT NULL,
    "appliedMs" BIGINT NOT NULL,
    "origin" TEXT NOT NULL,

    PRIMARY KEY ("name", "revision"),
    CONSTRAINT "ModuleRevision_name_fkey" FOREIGN KEY ("name") REFERENCES "Module" ("name") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
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
);

-- CreateTable
CREATE TABLE "SavedMessage" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "entityId" TEXT NOT NULL,
    "valueType" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "DescriptorSet" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "bytes" BLOB NOT NULL,
    "types" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "sequence" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "atMs" BIGINT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" TEXT NOT NULL
);

-- CreateIndex
CREATE INDEX "Savepoint_createdMs_idx" ON "Savepoint"("createdMs");

-- CreateIndex
CREATE INDEX "SavedMessage_createdMs_idx" ON "SavedMessage"("createdMs");
