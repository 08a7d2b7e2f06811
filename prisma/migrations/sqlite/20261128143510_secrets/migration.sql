-- CreateTable
CREATE TABLE "Secret" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "sealed" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "changedMs" BIGINT NOT NULL
);
