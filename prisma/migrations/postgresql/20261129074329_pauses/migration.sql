-- CreateTable
CREATE TABLE "Pause" (
    "what" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "sinceMs" BIGINT NOT NULL,
    "untilMs" BIGINT,

    CONSTRAINT "Pause_pkey" PRIMARY KEY ("what")
);
