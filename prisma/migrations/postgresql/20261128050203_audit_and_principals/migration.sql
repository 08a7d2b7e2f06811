-- AlterTable
ALTER TABLE "ModuleRevision" ADD COLUMN     "by" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "door" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT '';

-- Nothing was ever written to it.
DELETE FROM "AuditEntry";

-- AlterTable
ALTER TABLE "AuditEntry" DROP COLUMN "action",
DROP COLUMN "actor",
DROP COLUMN "detail",
ADD COLUMN     "after" TEXT,
ADD COLUMN     "before" TEXT,
ADD COLUMN     "door" TEXT NOT NULL,
ADD COLUMN     "input" TEXT NOT NULL,
ADD COLUMN     "kind" TEXT NOT NULL,
ADD COLUMN     "name" TEXT NOT NULL,
ADD COLUMN     "operation" TEXT NOT NULL,
ADD COLUMN     "outcome" TEXT NOT NULL,
ADD COLUMN     "problem" TEXT;

-- CreateIndex
CREATE INDEX "AuditEntry_atMs_idx" ON "AuditEntry"("atMs");
