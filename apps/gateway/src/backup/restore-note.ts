/**
 * The name of the file in a data directory that says how far the restore of a backup came. It has a module of its own, because every start
 * checks whether the file exists and should load nothing else.
 */
export const restoreNoteName = "restored-backup.json";
