import { RegistryError } from './registry-error.ts';

/** More in a row is no coincidence; the caller then hears of it. */
const mostAttempts = 20;

/**
 * What an attempt to read, change and write a record answers, repeated while somebody else changes the record in between.
 * @throws what the attempt throws; RegistryError CHANGED_MEANWHILE after twenty.
 */
export async function untilUnchanged<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = mostAttempts; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RegistryError) || error.type !== 'CHANGED_MEANWHILE' || left === 1) throw error;
    }
  }
}
