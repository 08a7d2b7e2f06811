-- AlterTable
ALTER TABLE "Savepoint" ADD COLUMN     "erasedMs" BIGINT;

-- CreateTable
CREATE TABLE "Erasure" (
    "id" TEXT NOT NULL,
    "beganMs" BIGINT NOT NULL,
    "endedMs" BIGINT,
    "state" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "door" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "targets" TEXT,
    "standing" TEXT NOT NULL,

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Erasure_beganMs_idx" ON "Erasure"("beganMs");
