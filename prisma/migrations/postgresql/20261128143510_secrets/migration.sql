-- CreateTable
CREATE TABLE "Secret" (
    "name" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "changedMs" BIGINT NOT NULL,

    CONSTRAINT "Secret_pkey" PRIMARY KEY ("name")
);
