import type { Entity, JsonObject } from '../../../broker/domain/entity.ts';
import { compileSubscription } from '../../../broker/notifications/compile-subscription.ts';
import { PeriodicNotifier } from '../../../broker/notifications/periodic-notifier.ts';
import type { SendResult } from '../../../broker/notifications/retry-policy.ts';
import type { Store, TenantStore } from '../../../broker/store/store.ts';
import { fakeTime, START } from './fake-time.ts';
import { documentOf, keepingLog, members } from './fixtures.ts';
import { memoryDocuments } from './memory-store.ts';
import { ok } from './notifier-under-test.ts';

/** A notification that was sent: by which process, when, and of which Entities. */
interface Sent {
  readonly by: string;
  /** Milliseconds since START. */
  readonly at: number;
  /** The id of its last delivery, of which that of the notification is made. */
  readonly id: string;
  readonly entities: readonly string[];
}

/** Entities of a page of the store. */
const PAGE = 500;

/** Processes with a periodic notifier each, over one store in memory, their time standing still. */
export function periodicUnderTest() {
  const time = fakeTime();
  const documents = memoryDocuments();
  const log = keepingLog();
  const sent: Sent[] = [];
  const subscriptions = new Map<string, ReturnType<typeof documentOf>>();
  const running = new Set<PeriodicNotifier>();
  const world = {
    time,
    documents,
    log,
    sent,
    entities: [] as Entity[],
    counted: [] as { readonly id: string; readonly error?: string }[],
    answer: (() => ok) as (sent: Sent) => SendResult | Promise<SendResult>,
    /** Pages of Entities that were read. */
    pages: 0,
    /** Makes or changes the Subscription at this moment, and tells every process. */
    subscribe: (id: string, more: JsonObject = { timeInterval: 10 }, endpoint: JsonObject = {}): void => {
      const now = time.now();
      const document = documentOf(id, members(more, endpoint), now);
      const { createdAt = now } = subscriptions.get(id) ?? {};
      const stored = { ...document, createdAt };
      subscriptions.set(id, stored);
      for (const notifier of running) notifier.put('', stored, compileSubscription(stored));
    },
    unsubscribe: (id: string): void => {
      subscriptions.delete(id);
      for (const notifier of running) notifier.remove('', id);
    },
    /** Starts a process; it is the n-th in rank of those that are alive, the first in the alphabet first. */
    start: async (self = 'a', isAlone = true) => {
      const life = { isOver: false };
      const notifier = new PeriodicNotifier({
        ...parts(self, life),
        ...(!isAlone && { rankOf: () => ranks.filter((other) => other < self).length }),
      });
      ranks.push(self);
      await notifier.load();
      for (const document of subscriptions.values())
        notifier.put('', document, compileSubscription(document));
      notifier.start();
      running.add(notifier);
      return {
        notifier,
        /** As SIGKILL does; the others do not know of it before `bury`. */
        kill: () => {
          life.isOver = true;
          running.delete(notifier);
        },
        bury: () => void ranks.splice(ranks.indexOf(self), 1),
      };
    },
    /** When something was sent, in seconds since START. */
    seconds: () => sent.map(({ at }) => Math.round(at / 1000)),
  };
  const ranks: string[] = [];
  const store = {
    of: () =>
      ({
        find: async function* () {
          for (let at = 0; at < world.entities.length; at += PAGE) {
            world.pages += 1;
            await documents.list('nothing');
            yield world.entities.slice(at, at + PAGE);
          }
        },
        getMany: async () => new Map(),
      }) as Pick<TenantStore, 'find' | 'getMany'> as TenantStore,
    documents,
  } satisfies Pick<Store, 'of' | 'documents'>;
  const parts = (self: string, life: { isOver: boolean }) => ({
    ...{ store, self, log, now: time.now, random: () => 1 },
    timers: {
      after: (milliseconds: number, task: () => void) =>
        time.timers.after(milliseconds, () => {
          if (!life.isOver) task();
        }),
    },
    statuses: {
      record: (_tenant: string, id: string, { error }: { readonly error?: string }) =>
        void world.counted.push({ id, ...(error !== undefined && { error }) }),
    },
    toRequest: (
      _compiled: unknown,
      batch: readonly { readonly id: string; readonly entityId: string }[],
    ) => ({
      uri: 'http://receiver.example/notify',
      headers: {},
      body: JSON.stringify({ id: batch.at(-1)?.id, entities: batch.map(({ entityId }) => entityId) }),
    }),
    send: async ({ body }: { readonly body: string }): Promise<SendResult> => {
      if (life.isOver) return new Promise(() => undefined);
      const one: Sent = { by: self, at: (time.now() - START) / 1000, ...JSON.parse(body) };
      sent.push(one);
      const answer = await world.answer(one);
      return life.isOver ? new Promise(() => undefined) : answer;
    },
    retry: { maxAttempts: 5, maxAge: 3_600_000, firstDelay: 1000, longestDelay: 60_000 },
  });
  return world;
}
