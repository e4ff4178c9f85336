import type { Micros } from '../domain/entity.ts';

/** Downloads that failed just now, so that a flood of requests does not become one of downloads. */
export interface RecentFailures {
  /** @returns the error, to be thrown */
  add(url: string, error: unknown): unknown;
  /** @throws the error of less than a second ago */
  check(url: string): void;
  forgive(url: string): void;
}

const failureLasts = 1_000_000;
const mostFailures = 1_000;

/** No failures yet. `now` is the clock of the process, in microseconds. */
export function recentFailures(now: () => Micros): RecentFailures {
  const failures = new Map<string, { readonly error: unknown; readonly until: Micros }>();
  return {
    add: (url, error) => {
      if (failures.size >= mostFailures) failures.clear();
      failures.set(url, { error, until: now() + failureLasts });
      return error;
    },
    check: (url) => {
      const failure = failures.get(url);
      if (failure === undefined) return;
      if (now() < failure.until) throw failure.error;
      failures.delete(url);
    },
    forgive: (url) => void failures.delete(url),
  };
}
