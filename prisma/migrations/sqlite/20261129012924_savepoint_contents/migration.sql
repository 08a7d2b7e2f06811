-- AlterTable
ALTER TABLE "Savepoint" ADD COLUMN "modules" TEXT;
ALTER TABLE "Savepoint" ADD COLUMN "types" TEXT;
