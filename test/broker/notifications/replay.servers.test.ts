import { afterAll, expect, it } from '@jest/globals';
import { cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import { openMongoStore } from '../../../broker/store/mongo/open.ts';
import type { Store } from '../../../broker/store/store.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { describeWith } from '../../support/describe-with.ts';
import { dropDatabase, freshUrl } from '../store/mongo/fresh-database.ts';
import { eventually, until } from './fake-time.ts';
import { notifyingBroker } from './notifying-broker.ts';
import { receiver } from './receiver.ts';

const IDS = Array.from({ length: 6 }, (_, n) => `urn:ngsi-ld:Subscription:${n}`);

function storeAt(url: string): Promise<Store> {
  return openMongoStore({
    url,
    now: systemClock().now,
    cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
    coreContextVersion: 'v1.9',
  });
}

const urls: string[] = [];
afterAll(async () => {
  for (const url of urls) await dropDatabase(url);
});

describeWith('mongodb', () => {
  it('dead letters are replayed through any process, whichever delivers to their Subscription', async () => {
    const url = freshUrl();
    urls.push(url);
    const to = await receiver();
    to.answer = (response) => response.writeHead(400).end();
    // One clock for the broker and its store, as in earnest.
    const clock = { ...systemClock(), advance: () => undefined };
    const open = async () => notifyingBroker({ store: await storeAt(url), pollInterval: 50, clock });
    const [one, other] = [await open(), await open()] as const;
    for (const id of IDS) {
      const notification = { endpoint: { uri: `${to.url}/${id}` } };
      const body = { id, type: 'Subscription', entities: [{ type: 'Lamp' }], notification };
      expect((await one.api.post('/subscriptions').send(body)).status).toBe(201);
    }
    const lamp = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: { type: 'Property', value: 1 } };
    expect((await one.api.post('/entities').send(lamp)).status).toBe(201);
    const listed = async () => (await other.admin.get('/dead-letters')).body as readonly unknown[];
    await eventually(listed, ({ length }) => length === IDS.length);
    to.received.length = 0;
    to.answer = (response) => response.writeHead(204).end();
    const { body } = await other.admin.post('/dead-letters/replay?since=1970-01-01T00:00:00Z');
    expect(body).toEqual({ replayed: IDS.length });
    await until(() => to.received.length >= IDS.length);
    expect(to.received.map(({ path }) => path).sort()).toEqual(IDS.map((id) => `/${id}`));
    expect(await listed()).toEqual([]);
  });
});
