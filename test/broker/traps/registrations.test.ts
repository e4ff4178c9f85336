import { describe, expect, it } from '@jest/globals';
import { notifyingBroker } from '../notifications/notifying-broker.ts';

/** Of trap 40 only this can be fallen into as long as there are no Context Sources: to take one in and never ask it. */
describe('trap 40: a registration takes effect or is refused; the default operations are for reading (clauses 4.3.6, 4.20)', () => {
  const registration = {
    id: 'urn:ngsi-ld:ContextSourceRegistration:1',
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ id: 'urn:ngsi-ld:Room:1', type: 'Room' }], propertyNames: ['a'] }],
    endpoint: 'http://127.0.0.1:9/',
    mode: 'exclusive',
  };
  const path = `/csourceRegistrations/${registration.id}`;

  it.each<readonly ['get' | 'post' | 'patch' | 'delete', string, object | undefined]>([
    ['post', '/csourceRegistrations', registration],
    ['get', '/csourceRegistrations', undefined],
    ['get', path, undefined],
    ['patch', path, { mode: 'redirect' }],
    ['delete', path, undefined],
    ['post', '/csourceSubscriptions', { type: 'Subscription', entities: [{ type: 'Room' }] }],
  ])('%s %s is refused with 501, which tells so', async (method, target, body) => {
    const { api } = await notifyingBroker();
    const answer = await api[method](target).send(body);
    expect(answer.status).toBe(501);
    expect(answer.body).toMatchObject({ title: expect.any(String), detail: expect.stringMatching(/./) });
  });

  it('local=true and no local at all are the same then, for writes and reads', async () => {
    const { api } = await notifyingBroker();
    const room = { id: 'urn:ngsi-ld:Room:1', type: 'Room', a: 1 };
    await api.post('/entities?local=true').send(room).expect(201);
    const { body } = await api.get('/entities?type=Room&format=simplified').expect(200);
    expect(body).toEqual([room]);
    expect((await api.get('/entities?type=Room&local=true&format=simplified').expect(200)).body).toEqual(
      body,
    );
    await api.delete('/entities/urn:ngsi-ld:Room:1?local=true').expect(204);
  });
});
