/** The file of a data directory that says how far the restore of a backup came. Apart from restore-backup.ts, because every start looks whether it is there. */
export const restoreNoteName = "restored-backup.json";
