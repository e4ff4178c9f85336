import { isDatabaseAway } from '../../../runtime/mongo/errors.ts';
import { NgsiLdError } from '../../domain/errors.ts';
import { Attempts } from './retry.ts';

/** What all operations of a store pass: it refuses them when the store is closed, and says when none is under way. */
export class Gate {
  readonly #underWay = new Set<Promise<unknown>>();
  #isOpen = true;

  /** Does the work. @throws NgsiLdError Unavailable when the store is closed or the database is away. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw new NgsiLdError('Unavailable', 'the store is closed');
    const doing = work();
    this.#underWay.add(doing);
    try {
      return await doing;
    } catch (error) {
      throw toUnavailable(error);
    } finally {
      this.#underWay.delete(doing);
    }
  }

  /** As `run`, for work that may be done again when the database went away in its midst: for a few seconds. */
  again<T>(work: () => Promise<T>): Promise<T> {
    return this.run(async () => {
      const attempts = new Attempts();
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!isDatabaseAway(error) || !(await attempts.another())) throw error;
        }
      }
    });
  }

  /** Lets nothing more in and resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#isOpen = false;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}

/** The same error, or Unavailable when the database is away. */
export function toUnavailable(error: unknown): unknown {
  if (!isDatabaseAway(error)) return error;
  const detail = 'the database cannot be reached at the moment: try again soon';
  return new NgsiLdError('Unavailable', detail, { cause: error });
}
