// @ts-check
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * How long a thread has had a processor. A limit of time alone would, on a machine that is busy, stop those that did not get one. Linux tells
 * it in /proc; elsewhere it is not known, and every thread counts as one that had its share.
 */

/** Where the times of this thread are. @returns {string | undefined} */
export function ownTimes() {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}/schedstat`;
  } catch {
    return undefined;
  }
}

/** Milliseconds that the thread with these times has had a processor. @param {string | undefined} times @returns {number | undefined} */
function cpuMs(times) {
  try {
    return times === undefined ? undefined : Number(readFileSync(times, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

/** What is asked at the end of one period and at the end of the next. */
export class Share {
  #times;
  #cpu;
  #since = performance.now();

  /** Begins a period. @param {string | undefined} times */
  constructor(times) {
    this.#times = times;
    this.#cpu = cpuMs(times);
  }

  /** Whether the thread had a processor for less than half of the period. */
  isStarved() {
    return this.spentMs() < (performance.now() - this.#since) / 2;
  }

  /** Milliseconds of the period in which it had one. */
  spentMs() {
    const cpu = cpuMs(this.#times);
    return cpu === undefined || this.#cpu === undefined ? performance.now() - this.#since : cpu - this.#cpu;
  }
}
