-- CreateTable
CREATE TABLE "Pause" (
    "what" TEXT NOT NULL PRIMARY KEY,
    "by" TEXT NOT NULL,
    "sinceMs" BIGINT NOT NULL,
    "untilMs" BIGINT
);
