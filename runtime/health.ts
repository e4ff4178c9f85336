/** A named question to something that the program needs; it rejects, with a reason, when that is away. */
export type ReadinessCheck = () => Promise<void> | void;

/** What `/health/ready` and `/ready` answer. */
export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or why not, by check; what a report says, by report. */
  readonly checks: Readonly<Record<string, string>>;
}

/** The checks of a program. */
export interface Health {
  register(name: string, check: ReadinessCheck): void;
  /** Shows a state among the checks on which readiness does not depend. */
  report(name: string, state: () => string): void;
  /** Asks all checks at once; one that takes longer than the time limit has failed. */
  ready(): Promise<Readiness>;
}

/** A registry of readiness checks; `timeLimit` in milliseconds. */
export function createHealth({ timeLimit = 2000 }: { readonly timeLimit?: number } = {}): Health {
  const checks = new Map<string, ReadinessCheck>();
  const reports = new Map<string, () => string>();
  return {
    register: (name, check) => {
      checks.set(name, check);
    },
    report: (name, state) => {
      reports.set(name, state);
    },
    ready: async () => {
      const results = await Promise.all(
        [...checks].map(async ([name, check]) => [name, await outcome(check, timeLimit)] as const),
      );
      const states = [...reports].map(([name, state]) => [name, state()] as const);
      return {
        ready: results.every(([, result]) => result === 'ok'),
        checks: Object.fromEntries([...results, ...states]),
      };
    },
  };
}

async function outcome(check: ReadinessCheck, timeLimit: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeLimit} ms`), timeLimit);
  });
  try {
    return await Promise.race([ask(check), limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function ask(check: ReadinessCheck): Promise<string> {
  try {
    await check();
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
