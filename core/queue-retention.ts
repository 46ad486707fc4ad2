/** How long a queue keeps a message that waits. */
export const QUEUE_RETENTION_DAYS = 4;

/** How long the slow lane keeps one: what hangs takes its time, and dead letters (14 days in all) need some of it. */
export const SLOW_QUEUE_RETENTION_DAYS = 10;

/** For how long a delivery may wait in queues, the slow one after the usual one. */
export const MAX_QUEUED_DAYS = QUEUE_RETENTION_DAYS + SLOW_QUEUE_RETENTION_DAYS;
