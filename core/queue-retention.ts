/** How long a queue keeps a message that waits. */
export const QUEUE_RETENTION_DAYS = 4;

/** How long the slow lane keeps one: what hangs takes its time, and dead letters (14 days in all) need some of it. */
export const SLOW_QUEUE_RETENTION_DAYS = 10;
