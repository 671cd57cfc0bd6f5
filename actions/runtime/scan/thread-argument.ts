/** The argument that a thread is started with: threads run the program of the step, which holds all that they need. */
export const THREAD_ARGUMENT = 'scan-thread';
