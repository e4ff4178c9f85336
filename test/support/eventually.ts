import { setTimeout as delay } from 'node:timers/promises';

/** Tries the assertions again until they hold; after the limit in milliseconds their last failure is thrown. */
export async function eventually<T>(assertions: () => T | Promise<T>, limitMs = 60_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await assertions();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(10);
    }
  }
}
