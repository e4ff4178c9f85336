import { setTimeout as delay } from 'node:timers/promises';

/**
 * The floor of latencies: a process of its own that only waits, and notes by how many milliseconds each of its timers is late. What
 * it is late by, the machine does to all programs.
 */
const periodMs = 5;
let late: number[] = [];

/** Answers any message with what was noted since the one before. */
process.on('message', () => {
  process.send?.(late);
  late = [];
});
process.once('disconnect', () => process.exit(0));

for (;;) {
  const begin = performance.now();
  await delay(periodMs);
  late.push(Math.max(0, performance.now() - begin - periodMs));
}
