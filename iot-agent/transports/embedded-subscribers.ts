import type { Aedes, Client, Subscription } from 'aedes';
import { matchFilter } from './topic-levels.ts';

/** Who listens at the agent's own MQTT broker. */
export interface EmbeddedSubscribers {
  /** Whether any client that is connected has subscribed to the topic. */
  has(topic: string): boolean;
  /** Resolves when somebody subscribes to the topic; of very many topics it is not noticed. */
  heard(topic: string): Promise<void>;
}

/** Topics that somebody is awaited at, at most. */
const mostAwaited = 10_000;

/** Follows the subscriptions of the broker's clients, which end with their connections. */
export function embeddedSubscribers(aedes: Pick<Aedes, 'on'>): EmbeddedSubscribers {
  const filters = new Map<Client, Map<string, readonly string[]>>();
  const awaited = awaitedTopics(mostAwaited);
  aedes.on('subscribe', (subscriptions: readonly Subscription[], client) => {
    const own = filters.get(client) ?? new Map<string, readonly string[]>();
    for (const { topic } of subscriptions) own.set(topic, topic.split('/'));
    filters.set(client, own);
    for (const { topic } of subscriptions) awaited.subscribed(topic);
  });
  aedes.on('unsubscribe', (topics: readonly string[], client) => {
    const own = filters.get(client);
    for (const topic of topics) own?.delete(topic);
  });
  aedes.on('clientDisconnect', (client) => {
    filters.delete(client);
  });
  return {
    heard: awaited.heard,
    has: (topic) => {
      const levels = topic.split('/');
      for (const own of filters.values())
        for (const filter of own.values()) if (matchFilter(filter, levels)) return true;
      return false;
    },
  };
}

interface Awaited {
  readonly heard: Promise<void>;
  readonly tell: () => void;
}

/** Topics that somebody is awaited at: at most `size`. */
function awaitedTopics(size: number) {
  const topics = new Map<string, Awaited>();
  const tell = (topic: string): void => {
    topics.get(topic)?.tell();
    topics.delete(topic);
  };
  return {
    heard: (topic: string): Promise<void> => {
      const known = topics.get(topic);
      if (known !== undefined) return known.heard;
      let resolve = (): void => {};
      const heard = new Promise<void>((resolved) => {
        resolve = resolved;
      });
      if (topics.size < size) topics.set(topic, { heard, tell: resolve });
      return heard;
    },
    subscribed: (filter: string): void => {
      const levels = filter.split('/');
      const isOne = !/[+#]/.test(filter);
      const met = isOne
        ? [filter]
        : [...topics.keys()].filter((topic) => matchFilter(levels, topic.split('/')));
      for (const topic of met) tell(topic);
    },
  };
}
