import { correlationId } from '../../runtime/correlation.ts';
import type { TransportParts } from './take.ts';

/** Topics of which the first message is shown to people; of more they learn nothing new. */
const mostTopics = 100;
/** As much of a message is kept as people can look at. */
const keptBytes = 2000;

/** Counts messages on subscribed topics that no form and no template has, and keeps the first of each topic among the problems. */
export function unmatchedMessages({
  addMalformed,
  metrics,
  log,
}: Pick<TransportParts, 'addMalformed' | 'metrics' | 'log'>): (
  topic: string,
  payload: Uint8Array,
) => Promise<void> {
  const told = new Set<string>();
  return async (topic, payload) => {
    metrics.received('mqtt', 'unmatched');
    if (told.size >= mostTopics || told.has(topic)) return;
    told.add(topic);
    const reason =
      'no form of topics and no template has this topic: give its connection or group a template for it, or subscribe to fewer topics';
    const text = Buffer.from(payload.subarray(0, keptBytes)).toString('utf8');
    await addMalformed({ source: topic, reason, text, correlationId: correlationId(undefined) }).catch(
      (error: unknown) => {
        // It is counted, and nothing is lost that anybody waits for.
        told.delete(topic);
        log.warn({ err: error }, 'a message without a form cannot be kept among the problems');
      },
    );
  };
}
