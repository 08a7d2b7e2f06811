-- CreateTable
CREATE TABLE "FailureCause" (
    "fingerprint" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "cure" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "frames" TEXT NOT NULL,
    "raw" TEXT,
    "endpoint" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "ignoredUntilMs" BIGINT,
    "by" TEXT NOT NULL,
    "changedMs" BIGINT NOT NULL,
    "attempts" BIGINT NOT NULL,
    "firstMs" BIGINT NOT NULL,
    "lastMs" BIGINT NOT NULL,
    "firstModule" TEXT,
    "firstRevision" INTEGER,
    "sampleType" TEXT NOT NULL,
    "sampleId" TEXT NOT NULL,
    "trace" BIGINT,
    "buckets" TEXT NOT NULL,

    CONSTRAINT "FailureCause_pkey" PRIMARY KEY ("fingerprint")
);

-- CreateTable
CREATE TABLE "AlertRule" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "threshold" DOUBLE PRECISION,
    "url" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "by" TEXT NOT NULL,
    "createdMs" BIGINT NOT NULL,

    CONSTRAINT "AlertRule_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "FailureCause_lastMs_idx" ON "FailureCause"("lastMs");
