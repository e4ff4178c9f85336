import type { Aedes, Client, Subscription } from 'aedes';
import { matchFilter } from './topic-levels.ts';

/** Who listens at the agent's own MQTT broker. */
export interface EmbeddedSubscribers {
  /** Whether any client that is connected has subscribed to the topic. */
  has(topic: string): boolean;
}

/** Follows the subscriptions of the broker's clients, which end with their connections. */
export function embeddedSubscribers(aedes: Pick<Aedes, 'on'>): EmbeddedSubscribers {
  const filters = new Map<Client, Map<string, readonly string[]>>();
  aedes.on('subscribe', (subscriptions: readonly Subscription[], client) => {
    const own = filters.get(client) ?? new Map<string, readonly string[]>();
    for (const { topic } of subscriptions) own.set(topic, topic.split('/'));
    filters.set(client, own);
  });
  aedes.on('unsubscribe', (topics: readonly string[], client) => {
    const own = filters.get(client);
    for (const topic of topics) own?.delete(topic);
  });
  aedes.on('clientDisconnect', (client) => {
    filters.delete(client);
  });
  return {
    has: (topic) => {
      const levels = topic.split('/');
      for (const own of filters.values())
        for (const filter of own.values()) if (matchFilter(filter, levels)) return true;
      return false;
    },
  };
}
