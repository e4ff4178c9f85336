import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import { type Subscription, statusOf } from '../../../../broker/domain/subscription/subscription.ts';
import {
  applyFragment,
  identify,
  readFragment,
  readMembers,
  type SubscriptionDocument,
  toSubscription,
} from '../../../../broker/domain/subscription/subscription-document.ts';
import { contextOf } from '../../jsonld/support.ts';
import { core, iri, NULL, refusalOf } from '../support.ts';
import { endpoint, least, notifying, subscribed } from './support.ts';

const members: readonly (readonly [given: JsonObject, parsed: Partial<Subscription>])[] = [
  [{}, { isActive: true, notificationTrigger: ['attributeCreated', 'attributeUpdated'] }],
  [
    { entities: [{ type: 'Room,Hall' }] },
    { entities: [{ types: { anyOf: [[iri('Room')], [iri('Hall')]] } }] },
  ],
  [{ entities: [{ type: '*' }] }, { entities: [{}] }],
  [
    {
      entities: [
        { type: 'Room', id: 'urn:x:1' },
        { type: 'Room', idPattern: '^urn' },
      ],
    },
    {
      entities: [
        { types: { anyOf: [[iri('Room')]] }, ids: ['urn:x:1'] },
        { types: { anyOf: [[iri('Room')]] }, idPattern: { pattern: '^urn' } },
      ],
    },
  ],
  [
    { entities: [{ type: '*', id: ['urn:x:1', 'urn:x:2'], idPattern: 'x' }] },
    { entities: [{ ids: ['urn:x:1', 'urn:x:2'] }] },
  ],
  [
    { watchedAttributes: ['a', 'http://example.org/b'] },
    { watchedAttributes: [iri('a'), 'http://example.org/b'] },
  ],
  [{ notificationTrigger: ['entityDeleted'] }, { notificationTrigger: ['entityDeleted'] }],
  [{ scopeQ: '/A/#' }, { scopeQ: { anyOf: [[{ levels: ['A'], below: true }]] } }],
  [{ lang: 'nl,en;q=0.5' }, { lang: ['nl', 'en'] }],
  [{ datasetId: ['@none', 'urn:d:1'] }, { datasetIds: new Set(['@none', 'urn:d:1']) }],
  [{ isActive: false }, { isActive: false }],
  [{ expiresAt: '2030-01-01T00:00:00Z' }, { expiresAt: 1_893_456_000_000_000 }],
  [{ throttling: 0.5 }, { throttling: 500_000 }],
  [{ timeInterval: 0.25 }, { timeInterval: 250_000 }],
  [{ ngsildConformance: '1.6' }, { conformance: 6 }],
  [{ ngsildConformance: '1.12' }, { conformance: 9 }],
  [{ jsonldContext: 'http://example.org/c' }, { jsonldContext: 'http://example.org/c' }],
  [
    { geoQ: { georel: 'near;maxDistance==5', geometry: 'Point', coordinates: [1, 2], geoproperty: 'a' } },
    {
      geoQ: {
        relation: { kind: 'near', maxDistance: 5 },
        geometry: { type: 'Point', coordinates: [1, 2] } as never,
        path: [iri('a')],
      },
    },
  ],
];

describe('the members of a Subscription (clause 5.2.12)', () => {
  it.each(members)('%j', (given, parsed) => {
    expect(subscribed(given)).toMatchObject(parsed);
  });

  it('q is parsed in the @context of the request', () => {
    expect(JSON.stringify(subscribed({ q: 'a.b==1;c' }).q)).toContain(iri('b'));
  });

  it('names and descriptions are kept, and what the broker writes is ignored (table 5.2.12-2)', () => {
    const given = {
      ...least,
      id: 'urn:x:1',
      subscriptionName: 'n',
      description: '',
      localOnly: true,
      status: 'expired',
      createdAt: 5,
      modifiedAt: null,
      notification: {
        ...(least['notification'] as JsonObject),
        timesSent: 5,
        status: 'failed',
        lastSuccess: 'x',
      },
    };
    const read = readMembers(given, core);
    expect(Object.keys(read).sort()).toEqual([
      'description',
      'entities',
      'localOnly',
      'notification',
      'subscriptionName',
    ]);
    expect(read['notification']?.given).toEqual(least['notification']);
    expect(read['description']?.given).toBe('');
  });

  it('watchedAttributes or localOnly can do without entities', () => {
    const { entities: _none, ...rest } = least;
    expect(readMembers({ ...rest, watchedAttributes: ['a'] }, core)).toBeDefined();
    expect(subscribed({ watchedAttributes: ['a'] }).watchedAttributes).toEqual([iri('a')]);
  });
});

describe('the endpoint and the parameters of notifications (clauses 5.2.14, 5.2.15)', () => {
  it('has defaults', () => {
    expect(subscribed().notification).toEqual({
      endpoint: { uri: 'http://receiver.example/notify', accept: 'application/json', receiverInfo: [] },
      format: 'normalized',
      sysAttrs: false,
      showChanges: false,
    });
  });

  it('takes what is given', () => {
    const given = {
      accept: 'application/ld+json',
      timeout: 500,
      cooldown: 1000.5,
      receiverInfo: [{ key: 'Authorization', value: 'Bearer x' }],
      notifierInfo: [{ key: 'a', value: '' }],
    };
    const { notifierInfo: _notHttp, ...kept } = given;
    expect(subscribed(endpoint(given)).notification.endpoint).toEqual({
      uri: 'http://receiver.example/notify',
      ...kept,
    });
    expect(
      subscribed(
        notifying({ format: 'keyValues', sysAttrs: true, join: '@none', joinLevel: 1, showChanges: false }),
      ).notification,
    ).toMatchObject({
      format: 'simplified',
      sysAttrs: true,
    });
  });
});

describe('Linked Entities in notifications (clauses 4.21, 4.5.23, 5.2.14.1)', () => {
  it('join with joinLevel, and lists of their members within braces', () => {
    const { notification } = subscribed(
      notifying({ join: 'inline', joinLevel: 2, pick: ['id', 'a{b{c}}'], omit: ['a{d}'] }),
    );
    expect(notification.join).toEqual({ kind: 'inline', level: 2, containedBy: new Set() });
    expect(notification.projection).toEqual({
      pick: new Set(['id', iri('a')]),
      omit: new Set(),
      linked: new Map([
        [
          iri('a'),
          {
            pick: new Set([iri('b')]),
            omit: new Set([iri('d')]),
            linked: new Map([[iri('b'), { pick: new Set([iri('c')]) }]]),
          },
        ],
      ]),
    });
  });

  it('attributes stand beside omit', () => {
    const { projection } = subscribed(notifying({ attributes: ['a', 'b'], omit: ['b'] })).notification;
    expect(projection?.pick).toEqual(
      new Set(['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt', iri('a'), iri('b')]),
    );
    expect(projection?.omit).toEqual(new Set([iri('b')]));
  });
});

describe('how q is read (clause 4.9)', () => {
  const context = contextOf({
    Male: 'http://example.org/Male',
    shade: { '@id': 'http://example.org/shade', '@type': '@vocab' },
    red: 'http://example.org/red',
  });
  /** As the store gives it back, its @context gone. */
  const stored = (members: SubscriptionDocument['members']): SubscriptionDocument['members'] =>
    JSON.parse(JSON.stringify(members)) as SubscriptionDocument['members'];
  const qOf = (members: SubscriptionDocument['members']) =>
    toSubscription({ id: 'urn:s:1', members: stored(members) }).q;

  it('expandValues has values expanded by the @context', async () => {
    const members = readMembers(
      { ...least, q: 'gender=="Male"', expandValues: 'size, gender' },
      await context,
    );
    expect(qOf(members)).toMatchObject({ operand: { value: { iri: 'http://example.org/Male' } } });
  });

  it('expandValues may come, change and go by an update that does not give q', async () => {
    const before = readMembers({ ...least, q: 'gender=="Male"' }, await context);
    expect(qOf(before)).toMatchObject({ operand: { value: { kind: 'string', text: 'Male' } } });
    const after = applyFragment(before, readFragment({ expandValues: 'gender' }, core));
    expect(qOf(after)).toMatchObject({ operand: { value: { iri: 'http://example.org/Male' } } });
    const again = applyFragment(after, readFragment({ expandValues: NULL }, core));
    expect(qOf(again)).toEqual(qOf(before));
  });

  it('jsonKeys has names in brackets left as they are, also where the @context has none for them', async () => {
    const nothing = await contextOf({ raw: null });
    const members = readMembers({ ...least, q: 'ticket[raw]==1', jsonKeys: 'ticket' }, nothing);
    expect(qOf(members)).toMatchObject({ path: { members: [{ name: 'raw' }] } });
    const fragment = readFragment({ jsonKeys: NULL }, core);
    expect(refusalOf(() => qOf(applyFragment(members, fragment))).type).toBe('BadRequestData');
  });

  it('values that the @context coerces mean the same after a restart', async () => {
    const members = readMembers({ ...least, q: 'paint[shade]=="red"' }, await context);
    expect(qOf(members)).toMatchObject({ operand: { value: { iri: 'http://example.org/red' } } });
  });

  it('q may follow Relationships, whatever is joined', () => {
    expect(subscribed({ q: 'a{Room:b}==1' }).q).toMatchObject({
      path: { names: [iri('a')], linked: { types: [iri('Room')], path: { names: [iri('b')] } } },
    });
  });
});

describe('the status of a Subscription (table 5.2.12-2)', () => {
  it.each([
    [{ isActive: true }, 'active'],
    [{ isActive: false }, 'paused'],
    [{ isActive: true, expiresAt: 11 }, 'active'],
    [{ isActive: true, expiresAt: 10 }, 'expired'],
    [{ isActive: false, expiresAt: 9 }, 'expired'],
  ] as const)('%j: %s', (subscription, status) => {
    expect(statusOf(subscription, 10)).toBe(status);
  });
});

describe('an update of a Subscription (clause 5.5.8)', () => {
  const before = readMembers({ ...least, description: 'd', throttling: 5 }, core);

  it('replaces, adds and removes members whole', () => {
    const after = applyFragment(
      before,
      readFragment({ description: NULL, throttling: 7, isActive: false }, core),
    );
    expect(Object.fromEntries(Object.entries(after).map(([name, { given }]) => [name, given]))).toEqual({
      entities: least['entities'],
      notification: least['notification'],
      throttling: 7,
      isActive: false,
    });
  });

  it('replaces notification and geoQ whole, without what is NGSI-LD Null in them', () => {
    const geoQ = { georel: 'near;maxDistance==5', geometry: 'Point', coordinates: [1, 2], geoproperty: NULL };
    const notification = {
      endpoint: { uri: 'http://other.example/', accept: NULL, timeout: 5 },
      format: NULL,
    };
    const after = applyFragment(before, readFragment({ geoQ, notification }, core));
    expect(after['geoQ']?.given).toEqual({ ...geoQ, geoproperty: undefined });
    expect(after['notification']?.given).toEqual({
      endpoint: { uri: 'http://other.example/', timeout: 5 },
    });
  });

  it.each([[{ endpoint: NULL }], [{ endpoint: { uri: NULL } }], [{ format: 'concise' }]])(
    'keeps what is mandatory within notification: %j is refused',
    (notification) => {
      expect(refusalOf(() => readFragment({ notification }, core)).message).toMatch(/notification.endpoint/);
    },
  );

  it('need not tell the type, but not another one', () => {
    expect(identify({}, 'optional')).toBeUndefined();
    expect(identify({ id: 'urn:x:1' }, 'optional')).toBe('urn:x:1');
    expect(refusalOf(() => identify({ type: 'Room' }, 'optional')).message).toMatch(
      /"type".*must be "Subscription"/,
    );
    expect(refusalOf(() => identify({}, 'required')).message).toMatch(/must be "Subscription"/);
    expect(refusalOf(() => identify({ type: 'Subscription', id: 'x' }, 'required')).message).toMatch(
      /id "x" is not a URI/,
    );
  });
});
