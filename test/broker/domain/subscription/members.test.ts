import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import { type Subscription, statusOf } from '../../../../broker/domain/subscription/subscription.ts';
import {
  applyFragment,
  identify,
  readFragment,
  readMembers,
} from '../../../../broker/domain/subscription/subscription-document.ts';
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
      description: 'd',
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
