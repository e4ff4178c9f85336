import { afterAll, expect, it } from '@jest/globals';
import { cellsOf } from '../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../broker/domain/geometry/geometry.ts';
import { openMongoStore } from '../../../broker/store/mongo/open.ts';
import type { Store } from '../../../broker/store/store.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { describeWith } from '../../support/describe-with.ts';
import { dropDatabase, freshUrl } from '../store/mongo/fresh-database.ts';
import { eventually, until } from './fake-time.ts';
import { type NotifyingBroker, notifyingBroker } from './notifying-broker.ts';
import { type Received, receiver } from './receiver.ts';

const SUBSCRIPTIONS = Array.from({ length: 8 }, (_, n) => `urn:ngsi-ld:Subscription:${n}`);
const LAMP = 'urn:ngsi-ld:Lamp:1';
const WRITES = 40;

function storeAt(url: string): Promise<Store> {
  return openMongoStore({
    url,
    now: systemClock().now,
    cellsOf: (geometry) => cellsOf(geometry as unknown as Geometry),
    coreContextVersion: 'v1.9',
  });
}

/** The levels that a receiver was told of, in order; what came again, as it may when a part changes hands, once. */
function levelsIn(received: readonly Received[]): readonly unknown[] {
  const byId = new Map(
    received.map(({ body }) => [JSON.parse(body).id, JSON.parse(body).data[0].level.value]),
  );
  return [...byId.values()];
}

async function subscribe({ api }: NotifyingBroker, id: string, uri: string): Promise<void> {
  const notification = { endpoint: { uri } };
  const body = { id, type: 'Subscription', entities: [{ type: 'Lamp' }], notification };
  expect((await api.post('/subscriptions').send(body)).status).toBe(201);
}

const urls: string[] = [];
afterAll(async () => {
  for (const url of urls) await dropDatabase(url);
});

describeWith('mongodb', () => {
  it('two brokers on one database notify of every change, in order, whoever wrote it', async () => {
    const url = freshUrl();
    urls.push(url);
    const to = await receiver();
    const both = [
      await notifyingBroker({ store: await storeAt(url), pollInterval: 50 }),
      await notifyingBroker({ store: await storeAt(url), pollInterval: 50 }),
    ] as const;
    for (const [index, id] of SUBSCRIPTIONS.entries())
      await subscribe(both[index % 2 === 0 ? 0 : 1], id, `${to.url}/${id}`);
    await eventually(
      async () =>
        both.map(({ notifications }) => SUBSCRIPTIONS.every((id) => notifications.mirror.get('', id))),
      (known) => known.every(Boolean),
    );
    const lamp = (value: number) => ({ level: { type: 'Property', value } });
    await both[0].api.post('/entities').send({ id: LAMP, type: 'Lamp', ...lamp(0) });
    for (let n = 1; n < WRITES; n++)
      await both[n % 2 === 0 ? 0 : 1].api.patch(`/entities/${LAMP}/attrs`).send(lamp(n));
    const levelsOf = (id: string) => levelsIn(to.received.filter(({ path }) => path === `/${id}`));
    const all = Array.from({ length: WRITES }, (_, n) => n);
    await until(() => SUBSCRIPTIONS.every((id) => levelsOf(id).length === WRITES));
    for (const id of SUBSCRIPTIONS) expect(levelsOf(id)).toEqual(all);
  });
});
