import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { presentMembers } from '../../../../broker/domain/subscription/present-subscription.ts';
import {
  readMembers,
  type SubscriptionDocument,
  toSubscription,
} from '../../../../broker/domain/subscription/subscription-document.ts';
import { contextOf } from '../../jsonld/support.ts';
import { core, refusalOf } from '../support.ts';
import { least } from './support.ts';

const ex = 'http://example.org/';
const given: JsonObject = {
  ...least,
  entities: [{ type: '(Room;Hall)|Shed', idPattern: 'Room' }],
  watchedAttributes: ['temp', 'plain'],
  q: 'temp>5;state==open',
  geoQ: { georel: 'within', geometry: 'Point', coordinates: [1, 2], geoproperty: 'place' },
  scopeQ: '/A',
  notification: {
    endpoint: { uri: 'http://r.example/' },
    join: 'inline',
    joinLevel: 2,
    pick: ['id', 'temp', 'place{temp|Hall{id}}'],
    omit: ['state'],
  },
};

const author = await contextOf({
  Room: `${ex}Room`,
  Hall: `${ex}Hall`,
  temp: `${ex}temperature`,
  place: `${ex}place`,
  state: `${ex}state`,
});
const reader = await contextOf({
  Raum: `${ex}Room`,
  t: `${ex}temperature`,
  temp: `${ex}other`,
  plain: `${ex}plain`,
});

function stored(): SubscriptionDocument {
  const document = {
    id: 'urn:s:1',
    members: readMembers(given, author),
    contextReference: 'http://c.example/',
    createdAt: 1,
    modifiedAt: 1,
  };
  // As it comes back from a store: plain JSON.
  return JSON.parse(JSON.stringify(document)) as SubscriptionDocument;
}

describe('a Subscription outlives its @context (clause 5.5.7)', () => {
  it('means the same when it is read again from the store', () => {
    const { members } = stored();
    const again = toSubscription({ id: 'urn:s:1', members });
    expect(again).toEqual(toSubscription({ id: 'urn:s:1', members: readMembers(given, author) }));
    expect(again).toMatchObject({
      entities: [{ types: { anyOf: [[`${ex}Room`, `${ex}Hall`], [core.expand('Shed')]] } }],
      watchedAttributes: [`${ex}temperature`, core.expand('plain')],
      geoQ: { path: [`${ex}place`] },
    });
    expect(again.notification.projection?.pick).toEqual(new Set(['id', `${ex}temperature`, `${ex}place`]));
  });

  it('comes back to its author as it was written', () => {
    const { type: _type, ...members } = given;
    expect(presentMembers(stored(), author)).toEqual(members);
  });

  it('comes to another reader in the names of their @context', () => {
    expect(presentMembers(stored(), reader)).toMatchObject({
      entities: [{ type: `(Raum;${ex}Hall)|Shed`, idPattern: 'Room' }],
      watchedAttributes: ['t', 'ngsi-ld:default-context/plain'],
      q: 'temp>5;state==open',
      geoQ: { geoproperty: `${ex}place` },
      notification: { pick: ['id', 't', `${ex}place{t|${ex}Hall{id}}`], omit: [`${ex}state`] },
    });
  });

  it('comes to a reader whose @context maps a name to nothing by a name that means it', async () => {
    const forgetful = await contextOf({ plain: null });
    expect((presentMembers(stored(), forgetful)['watchedAttributes'] as Json[])[1]).toBe(
      'ngsi-ld:default-context/plain',
    );
  });

  it('is refused when the store does not say what its names mean', () => {
    const { members } = stored();
    const mute = Object.fromEntries(
      Object.entries(members).map(([name, { given: as }]) => [name, { given: as, names: [] }]),
    );
    expect(refusalOf(() => toSubscription({ id: 'urn:s:1', members: mute })).message).toMatch(
      /does not say what/,
    );
  });
});
