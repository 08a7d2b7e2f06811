-- AlterTable
ALTER TABLE "AlertRule" ADD COLUMN     "header" TEXT;
