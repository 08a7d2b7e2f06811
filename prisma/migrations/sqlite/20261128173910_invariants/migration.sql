-- CreateTable
CREATE TABLE "Invariant" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,
    "standing" TEXT
);
