/**
 * The bound on the streams of all browsers together; each costs a connection, a live session and its frames. Neighbour: live-service.ts.
 */
export const liveStreamsMax = 128;
