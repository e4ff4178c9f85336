import type { MqttClient } from 'mqtt';
import type { TransportParts } from './take.ts';
import type { StatusKeeper } from './transport-status.ts';

/** Keeps a session at an MQTT broker subscribed to what is wanted, and to nothing else. */
export interface SessionSubscriptions {
  /** True when messages can arrive by the present connection. */
  isSubscribed(): boolean;
  /** To be called at every connection: brokers may have lost the session. */
  subscribe(): void;
  /** To be called when the connection has ended. */
  lost(): void;
  /** These filters in the place of the present ones; without a connection, the next one subscribes. */
  change(filters: readonly string[]): void;
}

/** What the subscriptions of a session are kept with. */
export interface SubscriptionParts {
  readonly client: MqttClient;
  /** Tells the session from all others. */
  readonly session: string;
  readonly sessionFilters: TransportParts['sessionFilters'];
  readonly status: StatusKeeper;
  readonly log: Pick<TransportParts['log'], 'info' | 'warn' | 'error'>;
}

/**
 * Subscribes to the filters, with their share. The broker keeps the session: what an earlier start, with other settings,
 * has subscribed to in it is unsubscribed from.
 */
export function sessionSubscriptions(
  parts: SubscriptionParts,
  wanted: readonly string[],
): SessionSubscriptions {
  const { client, status, log } = parts;
  const kept = keptFilters(parts);
  let filters = wanted;
  let isSubscribed = false;
  const answered = (granted: readonly unknown[], asked: readonly string[]): void => {
    const refused = asked.filter((_filter, index) => Number(granted[index]) >= 0x80);
    isSubscribed = asked.length === 0 || refused.length < asked.length;
    if (isSubscribed) {
      status.connected();
      log.info('subscribed at the MQTT broker');
    }
    if (refused.length === 0) {
      // Not where they have been changed meanwhile: another answer is on its way.
      if (asked === filters) kept.are(asked);
      return;
    }
    status.failed(`the MQTT broker refuses subscriptions to ${refused.slice(0, 5).join(', ')}`);
    log[isSubscribed ? 'warn' : 'error'](
      { refused },
      'the MQTT broker refuses subscriptions: give the user the right to read these topics, or leave them out (MQTT_TOPICS, or topics of the connection)',
    );
  };
  const subscribe = (): void => {
    const asked = filters;
    const gone = kept.with(asked);
    if (gone.length > 0) client.unsubscribe([...gone], () => {});
    if (asked.length === 0) {
      answered([], asked);
      return;
    }
    client.subscribe([...asked], { qos: 1 }, (_error, _subscriptions, answer) => {
      // Without an answer the connection has ended; the next one subscribes again.
      if (answer) answered(answer.granted, asked);
    });
  };
  return {
    subscribe,
    isSubscribed: () => isSubscribed,
    lost: () => {
      isSubscribed = false;
    },
    change: (changed) => {
      const isSame = changed.length === filters.length && changed.every((one) => filters.includes(one));
      filters = changed;
      if (!isSame && client.connected) subscribe();
    },
  };
}

/** What the session is subscribed to as far as it is known; on disk there may be more, never less. */
function keptFilters({ session, sessionFilters, log }: SubscriptionParts) {
  let known = sessionFilters.of(session);
  const note = (filters: readonly string[]): void => {
    if (filters.length === known.length && filters.every((one) => known.includes(one))) return;
    known = filters;
    sessionFilters.note(session, filters).catch((error: unknown) => {
      log.warn(
        { err: error },
        'what is subscribed to could not be kept: a change of topics may not be followed',
      );
    });
  };
  return {
    /** Answers which of them are wanted no more. */
    with: (wanted: readonly string[]): readonly string[] => {
      note([...new Set([...known, ...wanted])]);
      return known.filter((filter) => !wanted.includes(filter));
    },
    are: note,
  };
}
