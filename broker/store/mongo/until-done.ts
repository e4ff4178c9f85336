import { NgsiLdError } from '../../domain/errors.ts';
import { Attempts } from './retry.ts';

/** Tries it until it gives an answer. @throws NgsiLdError Unavailable when it gives none for a few seconds */
export async function untilDone<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  const attempts = new Attempts();
  do {
    const answer = await attempt();
    if (answer !== undefined) return answer;
  } while (await attempts.another());
  throw new NgsiLdError('Unavailable', 'too many others edit this history at the same time: try again soon');
}
