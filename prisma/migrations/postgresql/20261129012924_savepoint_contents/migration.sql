-- AlterTable
ALTER TABLE "Savepoint" ADD COLUMN     "modules" TEXT,
ADD COLUMN     "types" TEXT;
