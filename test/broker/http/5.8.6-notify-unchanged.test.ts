import { describe, expect, it } from '@jest/globals';
import { type NotifyingBroker, notifyingBroker } from '../notifications/notifying-broker.ts';
import { receiver } from '../notifications/receiver.ts';
import { LAMP, type ToldSubscriptions, toldSubscriptions } from './told-subscriptions.ts';

const PATH = `/entities/${LAMP}`;
const lamp = { id: LAMP, type: 'Lamp', a: 1, b: { value: 1, datasetId: 'urn:d:1' } };
type Api = NotifyingBroker['api'];

async function open(settings: Readonly<Record<string, string>>) {
  const to = await receiver();
  const broker = await notifyingBroker({ settings });
  const told: ToldSubscriptions = toldSubscriptions(broker, to);
  await broker.api.post('/entities').send(lamp).expect(201);
  await told.subscribe('a', { watchedAttributes: ['a'] }, { format: 'simplified' });
  await told.subscribe('b', { watchedAttributes: ['b'] }, { format: 'simplified' });
  return { broker, told };
}

/** Writes that leave `a` as it is; of `b` too where they say so. */
const writes: readonly (readonly [what: string, b: boolean, write: (api: Api) => PromiseLike<unknown>])[] = [
  ['POST attrs', false, (api) => api.post(`${PATH}/attrs`).send({ a: 1 }).expect(204)],
  ['PATCH attrs', false, (api) => api.patch(`${PATH}/attrs`).send({ a: 1 }).expect(204)],
  ['PATCH attrs/a', false, (api) => api.patch(`${PATH}/attrs/a`).send({ value: 1 }).expect(204)],
  [
    'PUT attrs/a',
    false,
    (api) => api.put(`${PATH}/attrs/a`).send({ type: 'Property', value: 1 }).expect(204),
  ],
  [
    'PUT attrs/a/value',
    false,
    (api) => api.put(`${PATH}/attrs/a/value`).set('Content-Type', 'application/json').send('1').expect(204),
  ],
  ['merge', true, (api) => api.patch(PATH).send({ a: 1, b: lamp.b }).expect(204)],
  ['PUT', true, (api) => api.put(PATH).send(lamp).expect(204)],
  ['batch upsert', true, (api) => api.post('/entityOperations/upsert').send([lamp]).expect(204)],
  ['batch update', true, (api) => api.post('/entityOperations/update').send([lamp]).expect(204)],
  ['batch merge', true, (api) => api.post('/entityOperations/merge').send([lamp]).expect(204)],
];

describe('an update that changes nothing (NOTIFY_UNCHANGED)', () => {
  it.each(writes)(
    '%s notifies where that is asked for, and leaves no other trace',
    async (_what, b, write) => {
      const { broker, told } = await open({ NOTIFY_UNCHANGED: '1' });
      const state = async () => [
        (await broker.api.get(`${PATH}?options=sysAttrs`).expect(200)).body,
        (await broker.api.get(`/temporal${PATH}`).expect(200)).body,
      ];
      const before = await state();
      broker.clock.advance(1_000_000);
      await write(broker.api);
      await told.settled();
      expect(told.data('a')).toEqual([[{ id: LAMP, type: 'Lamp', a: 1, b: 1 }]]);
      expect(told.data('b')).toHaveLength(b ? 1 : 0);
      expect(await state()).toEqual(before);
    },
  );

  it.each(writes)('%s notifies nobody by default', async (_what, _b, write) => {
    const { broker, told } = await open({});
    await write(broker.api);
    await told.settled();
    expect([told.data('a'), told.data('b')]).toEqual([[], []]);
  });

  it.each(writes)(
    '%s notifies a Subscription that asks for it (notifyUnchanged), and no other',
    async (_w, _b, write) => {
      const { broker, told } = await open({});
      await told.subscribe('again', { watchedAttributes: ['a'], notifyUnchanged: true });
      await write(broker.api);
      await told.settled();
      expect([told.data('again').length, told.data('a').length, told.data('b').length]).toEqual([1, 0, 0]);
    },
  );

  it('notifyUnchanged is kept, changed and taken away like any other member', async () => {
    const { broker, told } = await open({});
    await told.subscribe('again', { notifyUnchanged: true });
    const path = '/subscriptions/urn:s:again';
    expect((await broker.api.get(path).expect(200)).body.notifyUnchanged).toBe(true);
    await broker.api.patch(path).send({ notifyUnchanged: false }).expect(204);
    await broker.api.patch(PATH).send({ a: 1 }).expect(204);
    await told.settled();
    expect(told.data('again')).toEqual([]);
    const refused = await broker.api.patch(path).send({ notifyUnchanged: 'yes' }).expect(400);
    expect(refused.body.detail).toContain('notifyUnchanged');
  });

  it('of what changes beside it, only that is history', async () => {
    const { broker, told } = await open({ NOTIFY_UNCHANGED: '1' });
    await broker.api
      .patch(PATH)
      .send({ a: 1, b: { value: 2, datasetId: 'urn:d:1' }, c: 3 })
      .expect(204);
    await told.settled();
    expect([told.data('a'), told.data('b')].map(({ length }) => length)).toEqual([1, 1]);
    const { body } = await broker.api.get(`/temporal${PATH}`).expect(200);
    expect([body.a, body.b, body.c].map((instances) => [instances].flat().length)).toEqual([1, 2, 1]);
  });

  it('what is not written is not updated: a deletion, what noOverwrite leaves, what q does not match', async () => {
    const { broker, told } = await open({ NOTIFY_UNCHANGED: '1' });
    await told.subscribe('q', { q: 'a>5' });
    await broker.api.post(`${PATH}/attrs?options=noOverwrite`).send({ a: 1 }).expect(207);
    await broker.api.patch(PATH).send({ c: 'urn:ngsi-ld:null' }).expect(204);
    await told.settled();
    expect([told.data('a'), told.data('b')]).toEqual([[], []]);
    await broker.api.patch(PATH).send({ a: 1 }).expect(204);
    await told.settled();
    expect([told.data('a').length, told.data('q').length]).toEqual([1, 0]);
  });

  it('shows the value before with showChanges, though it is the same', async () => {
    const { broker, told } = await open({ NOTIFY_UNCHANGED: '1' });
    await told.subscribe('changes', {}, { showChanges: true, attributes: ['a'] });
    await broker.api.patch(PATH).send({ a: 1 }).expect(204);
    await told.settled();
    expect(told.data('changes')).toEqual([
      [{ id: LAMP, type: 'Lamp', a: { type: 'Property', value: 1, previousValue: 1 } }],
    ]);
  });
});
