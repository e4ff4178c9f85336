import { isDatabaseAway } from '../../runtime/mongo/errors.ts';
import { RegistryAway } from './registry-away.ts';

/** The outcome of a call to MongoDB. @throws RegistryAway when it cannot be reached, or could not make a write durable in time */
export async function reachable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    throw new RegistryAway(`The registry in MongoDB does not answer (${(error as Error).message})`, {
      cause: error,
    });
  }
}
