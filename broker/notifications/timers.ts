/** Waiting, so that tests need not wait. */
export interface Timers {
  /** Runs `task` once after `milliseconds`; the returned function calls it off. */
  after(milliseconds: number, task: () => void): () => void;
}

// Above this setTimeout fires at once.
const LONGEST = 2 ** 31 - 1;

/** Node's timers; waiting never keeps the process alive. */
export const systemTimers: Timers = {
  after: (milliseconds, task) => {
    const timer = setTimeout(task, Math.min(Math.max(0, milliseconds), LONGEST));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
