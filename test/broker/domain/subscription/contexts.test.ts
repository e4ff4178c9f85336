import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { presentMembers } from '../../../../broker/domain/subscription/present-subscription.ts';
import {
  readMembers,
  type SubscriptionDocument,
  toSubscription,
} from '../../../../broker/domain/subscription/subscription-document.ts';
import type { Vocabulary } from '../../../../broker/domain/vocabulary.ts';
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

/** The members as they are stored when they were written in this @context. */
function written(members: JsonObject, context: Vocabulary): SubscriptionDocument {
  return { ...stored(), members: readMembers({ ...least, ...members }, context) };
}

describe('a reader with another @context gets a q that means the same to them (clauses 4.9, 5.5.7)', () => {
  it.each<readonly [members: JsonObject, shown: JsonObject]>([
    [{ q: 'temp' }, { q: 't' }],
    [{ q: ' ( !temp | temp.place >= 1 ) ' }, { q: ' ( !t | t.http://example%2Eorg/place >= 1 ) ' }],
    [{ q: 'temp.observedAt>2026-01-01T00:00:00Z' }, { q: 't.observedAt>2026-01-01T00:00:00Z' }],
    [
      { q: 'place[temp.state]=="temp";place[*]' },
      { q: 'http://example%2Eorg/place[t.http://example%2Eorg/state]=="temp";http://example%2Eorg/place[*]' },
    ],
    [
      { q: 'place{Hall, Room:temp}~=temp' },
      { q: 'http://example%2Eorg/place{http%3A//example%2Eorg/Hall, Raum:t}~=temp' },
    ],
    [{ q: 'place{state}==1..2' }, { q: 'http://example%2Eorg/place{http%3A//example%2Eorg/state}==1..2' }],
    [
      { q: 'state==temp,"plain" , urn:a;temp==temp', expandValues: 'state' },
      {
        q: 'http://example%2Eorg/state=="t","ngsi-ld:default-context/plain" , urn:a;t==temp',
        expandValues: `${ex}state`,
      },
    ],
    [
      { q: 'temp[place]==1', jsonKeys: 'state, temp' },
      { q: 't[place]==1', jsonKeys: `${ex}state, t` },
    ],
    [{ q: 'temp[type]==Room' }, { q: `t[type]=="${ex}Room"` }],
    [{ q: 'a%3Ab>1|plain', csf: 'temp==1' }, { csf: 't==1' }],
  ])('%j', (members, expected) => {
    const document = written(members, author);
    const shown = presentMembers(document, reader);
    expect(shown).toMatchObject(expected);
    expect(presentMembers(document, author)).toMatchObject(members);
    // What is read can be written back, and changes nothing.
    const again = presentMembers(
      { ...document, members: readMembers({ ...least, ...shown }, reader) },
      author,
    );
    expect(presentMembers(written(again, author), reader)).toEqual(shown);
  });

  it('one that is not known to be a q is shown as it was given', () => {
    const { members, ...document } = written({ q: 'temp>5' }, author);
    const q = { given: 'temp>>5', names: members['q']?.names ?? [] };
    expect(presentMembers({ ...document, members: { ...members, q } }, reader)).toMatchObject({
      q: 'temp>>5',
    });
  });
});

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
      q: 't>5;http://example%2Eorg/state==open',
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
