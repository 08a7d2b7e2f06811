/** Loaded before a program (`node --import`): its clock goes before that of the machine by SIGNALBOX_TEST_CLOCK_AHEAD_MS. */
const aheadMs = Number(process.env.SIGNALBOX_TEST_CLOCK_AHEAD_MS);
const now = Date.now.bind(Date);
Date.now = () => now() + aheadMs;
