-- CreateTable
CREATE TABLE "SavedFilter" (
    "owner" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "changedMs" BIGINT NOT NULL,

    PRIMARY KEY ("owner", "subject", "name")
);
