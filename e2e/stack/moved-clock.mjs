/**
 * Loaded before a program (`node --import`): puts its clock ahead of the machine's by SIGNALBOX_TEST_CLOCK_AHEAD_MS.
 */
const aheadMs = Number(process.env.SIGNALBOX_TEST_CLOCK_AHEAD_MS);
const now = Date.now.bind(Date);
Date.now = () => now() + aheadMs;
