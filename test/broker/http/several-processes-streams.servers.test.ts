import { afterAll, afterEach, expect, it } from '@jest/globals';
import { cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import { openMongoStore } from '../../../broker/store/mongo/open.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { describeWith } from '../../support/describe-with.ts';
import {
  closeEventStreams,
  type EventStream,
  notified,
  openEventStream,
} from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { dropDatabase, freshUrl } from '../store/mongo/fresh-database.ts';

const SUBSCRIPTION = 'urn:ngsi-ld:Subscription:live';

afterEach(closeEventStreams);
const urls: string[] = [];
afterAll(async () => {
  for (const url of urls) await dropDatabase(url);
});

async function brokersOnOneDatabase(): Promise<readonly [NotifyingBroker, NotifyingBroker]> {
  const url = freshUrl();
  urls.push(url);
  const open = async () =>
    notifyingBroker({
      pollInterval: 50,
      store: await openMongoStore({
        ...{ url, now: systemClock().now, coreContextVersion: 'v1.9' },
        cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
      }),
    });
  const both = [await open(), await open()] as const;
  const body = {
    ...{ id: SUBSCRIPTION, type: 'Subscription', entities: [{ type: 'Lamp' }] },
    notification: { endpoint: { uri: 'urn:carillon:stream' } },
  };
  expect((await both[0].api.post('/subscriptions').send(body)).status).toBe(201);
  await eventually(() => expect(both[1].notifications.mirror.get('', SUBSCRIPTION)).toBeDefined());
  return both;
}

const at = ({ url }: NotifyingBroker): string => url.replace('/ngsi-ld/v1', `/streams/${SUBSCRIPTION}`);

/** Writes Lamps of these levels to both brokers in turn, several at a time. */
async function write(both: readonly NotifyingBroker[], lamps: number, levels: readonly number[]) {
  await Promise.all(
    Array.from({ length: lamps }, async (_, lamp) => {
      for (const level of levels) {
        const broker = both[(lamp + level) % both.length] as NotifyingBroker;
        const entity = { id: `urn:x:${lamp}`, type: 'Lamp', level: { type: 'Property', value: level } };
        const answer = await broker.api.post('/entityOperations/upsert').send([entity]);
        expect([201, 204]).toContain(answer.status);
      }
    }),
  );
}

const namesIn = (streams: readonly EventStream[]): readonly string[] =>
  streams.flatMap((stream) =>
    stream.notifications().map((body) => {
      const [entity] = body['data'] as [{ id: string; level: { value: number } }];
      return `${entity.id} ${entity.level.value}`;
    }),
  );

const names = (lamps: number, levels: readonly number[]): readonly string[] =>
  Array.from({ length: lamps }, (_, lamp) => levels.map((level) => `urn:x:${lamp} ${level}`)).flat();

describeWith('mongodb', () => {
  it('live streams show what any process wrote, and are resumed at any, without loss or repetition', async () => {
    const both = await brokersOnOneDatabase();
    const levels = [1, 2, 3, 4, 5];
    const first = await openEventStream(at(both[0]));
    await write(both, 6, levels);
    await notified(first, 30);
    const ids = first.events.filter(({ event }) => event === 'notification').map(({ id = '' }) => id);
    expect([...namesIn([first])].sort()).toEqual([...names(6, levels)].sort());
    for (const index of [0, 11, 29]) {
      const rest = await openEventStream(at(both[1]), { 'Last-Event-ID': ids[index] as string });
      await notified(rest, 29 - index);
      expect(namesIn([rest])).toEqual(namesIn([first]).slice(index + 1));
      rest.close();
    }
    first.close();
    await write(both, 6, [6, 7]);
    const second = await openEventStream(at(both[1]), { 'Last-Event-ID': first.lastEventId() as string });
    await notified(second, 12);
    expect([...namesIn([second])].sort()).toEqual([...names(6, [6, 7])].sort());
    expect([first, second].flatMap(({ events }) => events).map(({ event }) => event)).not.toContain('gap');
  });

  it('a live stream ends when another process deletes its Subscription', async () => {
    const [one, other] = await brokersOnOneDatabase();
    const stream = await openEventStream(at(one));
    expect((await other.api.delete(`/subscriptions/${SUBSCRIPTION}`)).status).toBe(204);
    await eventually(() => expect(stream.hasEnded()).toBe(true));
    expect(stream.events.at(-1)?.event).toBe('end');
  });
});
