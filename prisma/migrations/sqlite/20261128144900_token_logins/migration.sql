-- AlterTable
ALTER TABLE "ApiToken" ADD COLUMN "scram" TEXT;
