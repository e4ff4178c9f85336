import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { CITY_CONTEXT, type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';
import { toldSubscriptions } from './told-subscriptions.ts';

const ID = 'urn:ngsi-ld:Subscription:all';
const PATH = `/subscriptions/${ID}`;
const NULL = 'urn:ngsi-ld:null';

/** Every member that a client can give, but for those that exclude one another. */
const everything: JsonObject = {
  id: ID,
  type: 'Subscription',
  subscriptionName: 'all',
  description: 'Every member',
  entities: [
    { type: '(Lamp;Device)|Bin', idPattern: '^urn:' },
    { type: '*', id: ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2'] },
  ],
  watchedAttributes: ['temp', 'https://city.example/temperature'],
  notificationTrigger: ['entityCreated', 'attributeDeleted'],
  q: 'temp>5;on{Pole:height}==1..2;state==open',
  expandValues: 'state',
  jsonKeys: 'raw',
  geoQ: {
    georel: 'near;maxDistance==2000',
    geometry: 'Point',
    coordinates: [4.35, 50.85],
    geoproperty: 'place',
  },
  scopeQ: '/A/#',
  csf: 'endpoint==1',
  lang: 'nl,en;q=0.5',
  datasetId: ['@none', 'urn:ngsi-ld:Dataset:1'],
  isActive: false,
  expiresAt: '2099-01-01T00:00:00.5Z',
  throttling: 0.25,
  jsonldContext: CITY_CONTEXT,
  localOnly: true,
  splitEntities: false,
  ngsildConformance: '1.6',
  notification: {
    format: 'concise',
    sysAttrs: true,
    showChanges: true,
    join: 'inline',
    joinLevel: 2,
    pick: ['id', 'temp', 'on{height|street{name}}'],
    omit: ['scope'],
    endpoint: {
      uri: 'http://receiver.example/notify?a=b',
      accept: 'application/ld+json',
      cooldown: 500,
      timeout: 1500,
      receiverInfo: [{ key: 'Authorization', value: 'Bearer x' }],
      notifierInfo: [{ key: 'any', value: 'thing' }],
    },
  },
};
const periodic: JsonObject = {
  id: ID,
  type: 'Subscription',
  entities: [{ type: 'Lamp' }],
  timeInterval: 0.5,
  notification: { format: 'keyValues', attributes: ['temp'], endpoint: { uri: 'http://receiver.example/' } },
};

const folder = tempFolder();

const read = async (broker: NotifyingBroker) =>
  (await broker.api.get(PATH).set('Link', linkTo(CITY_CONTEXT)).expect(200)).body;
const linkTo = (url: string): string =>
  `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;

describe('a Subscription comes back as it was written (clauses 5.8.1, 5.8.3)', () => {
  it.each([
    ['every member', everything],
    ['a periodic one', periodic],
  ])('%s, also after a restart', async (_what, given) => {
    const path = `${folder}/${String(given['timeInterval'] ?? 'all')}.db`;
    const first = await notifyingBroker({ path });
    await first.api.post('/subscriptions').set('Link', linkTo(CITY_CONTEXT)).send(given).expect(201);
    const before = await read(first);
    const { jsonldContext: _context, notificationTrigger: _triggers, status: _status, ...members } = before;
    const { jsonldContext: _c, notificationTrigger: _t, ...expected } = given;
    expect(members).toEqual(expected);
    await first.crash();
    expect(await read(await notifyingBroker({ path }))).toEqual(before);
  });
});

describe('what an update may do to members that go together (clauses 5.2.12, 5.8.2)', () => {
  it.each<[what: string, before: JsonObject, fragment: JsonObject, refusal: RegExp]>([
    ['timeInterval beside watchedAttributes', everything, { timeInterval: 5 }, /timeInterval/],
    ['throttling beside timeInterval', periodic, { throttling: 5 }, /throttling/],
    ['watchedAttributes beside timeInterval', periodic, { watchedAttributes: ['a'] }, /watchedAttributes/],
    ['no entities with timeInterval', periodic, { entities: NULL }, /entities/],
    ['a notification without endpoint', periodic, { notification: { format: 'concise' } }, /endpoint/],
    ['an endpoint without uri', periodic, { notification: { endpoint: { uri: NULL } } }, /uri/],
    [
      'showChanges in the simplified format',
      periodic,
      { notification: { endpoint: { uri: 'http://a/' }, format: 'simplified', showChanges: true } },
      /showChanges/,
    ],
  ])('refuses %s and changes nothing', async (_what, before, fragment, refusal) => {
    const broker = await notifyingBroker();
    await broker.api.post('/subscriptions').send(before).expect(201);
    const stored = await read(broker);
    const { body } = await broker.api.patch(PATH).send(fragment).expect(400);
    expect(body.detail).toMatch(refusal);
    expect(await read(broker)).toEqual(stored);
  });

  it('turns a periodic one into one of changes, and back', async () => {
    const broker = await notifyingBroker();
    const to = await receiver();
    const told = toldSubscriptions(broker, to);
    await told.subscribe('turned', { timeInterval: 3600 }, { format: 'simplified' });
    const set = (a: number) =>
      broker.api.post('/entityOperations/upsert').send([{ id: 'urn:l:1', type: 'Lamp', a }]);
    await set(1);
    await broker.api
      .patch('/subscriptions/urn:s:turned')
      .send({ timeInterval: NULL, watchedAttributes: ['a'] })
      .expect(204);
    await set(2);
    await broker.api
      .patch('/subscriptions/urn:s:turned')
      .send({ timeInterval: 3600, watchedAttributes: NULL })
      .expect(204);
    await set(3);
    await told.settled();
    expect(told.data('turned')).toEqual([[{ id: 'urn:l:1', type: 'Lamp', a: 2 }]]);
  });

  it('NGSI-LD Null within notification, endpoint and geoQ takes members of theirs away', async () => {
    const broker = await notifyingBroker();
    await broker.api.post('/subscriptions').send(everything).expect(201);
    const { geoQ, notification } = everything as { readonly [name: string]: JsonObject };
    const { geoproperty: _property, ...plainGeoQ } = geoQ as JsonObject;
    const { join: _join, joinLevel: _level, pick: _pick, ...rest } = notification as JsonObject;
    const { accept: _accept, timeout: _timeout, ...endpoint } = rest['endpoint'] as JsonObject;
    await broker.api
      .patch(PATH)
      .send({
        geoQ: { ...geoQ, geoproperty: NULL },
        notification: {
          ...notification,
          ...{ join: NULL, joinLevel: NULL, pick: NULL },
          endpoint: { ...endpoint, accept: NULL, timeout: NULL },
        },
      })
      .expect(204);
    expect(await read(broker)).toMatchObject({ geoQ: plainGeoQ, notification: { ...rest, endpoint } });
    const { body } = await broker.api.get(PATH).expect(200);
    expect(Object.keys(body.notification)).not.toContain('join');
    expect(Object.keys(body.geoQ)).not.toContain('geoproperty');
    expect(Object.keys(body.notification.endpoint)).not.toContain('accept');
  });
});
