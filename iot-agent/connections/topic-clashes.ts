import { RegistryError } from '../registry/registry-error.ts';
import { filtersMeet } from '../transports/topic-levels.ts';

/** A template and who has it, in words that its reader may see. */
export interface OwnedTopic {
  readonly text: string;
  readonly filter: string;
  /** `group k1`, `this connection`. */
  readonly of: string;
}

/**
 * Refuses templates of which two could read the same message: the second would never, or by chance. Those in `others` are known to
 * be apart from each other.
 * @throws RegistryError AMBIGUOUS_TOPICS that names both
 */
export function refuseSameTopics(topics: readonly OwnedTopic[], others: readonly OwnedTopic[] = []): void {
  for (const [index, topic] of topics.entries()) {
    const other = [...topics.slice(0, index), ...others].find(({ filter }) =>
      filtersMeet(filter, topic.filter),
    );
    if (other !== undefined)
      throw new RegistryError(
        'AMBIGUOUS_TOPICS',
        `The template ${topic.text} of ${topic.of} and ${other.text} of ${other.of} fit the same topics: change one of them so that each topic belongs to one`,
      );
  }
}
