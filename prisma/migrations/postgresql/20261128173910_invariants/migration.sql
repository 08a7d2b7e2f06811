-- CreateTable
CREATE TABLE "Invariant" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,
    "standing" TEXT,

    CONSTRAINT "Invariant_pkey" PRIMARY KEY ("id")
);
