import { describe, expect, it } from '@jest/globals';
import type { Entity, Json } from '../../../broker/domain/entity.ts';
import { SubscriptionIndex } from '../../../broker/notifications/subscription-index.ts';
import { START } from './fake-time.ts';
import { attribute, change, compiled, iri, lamp, members } from './fixtures.ts';

const COUNT = 500;
const NEAR = { georel: 'near;maxDistance==500', geometry: 'Point', coordinates: [5, 51] } as const;
const LINE = {
  type: 'LineString',
  coordinates: [
    [4, 51],
    [6, 51],
  ],
} as const;

/** A red Lamp in a room, with a place and a scope. */
function litLamp(): Entity {
  const made = lamp('urn:e:x', { level: 1, colour: 'red', room: 'A', floor: 1 }, { scopes: ['/Geel/Larum'] });
  const place = attribute({ type: 'Point', coordinates: [4, 50] }, { kind: 'GeoProperty' });
  return { ...made, attributes: { ...made.attributes, [iri('location')]: [place] } };
}

describe('the index of Subscriptions', () => {
  it.each([
    ['other Entities', (n: number) => ({ entities: [{ id: `urn:e:${n}`, type: 'Lamp' }] })],
    ['other types', (n: number) => ({ entities: [{ type: `Lamp${n}` }] })],
    ['other Attributes', (n: number) => ({ entities: [{ type: 'Lamp' }], watchedAttributes: [`level${n}`] })],
    ['other values', (n: number) => ({ q: `room=="R${n}"` })],
    ['other values of any type', (n: number) => ({ entities: [{ type: '*' }], q: `room=="R${n}"` })],
    ['one or the other of other values', (n: number) => ({ q: `room=="R${n}"|floor==${n + 10}` })],
    ['higher values', (n: number) => ({ q: `level>${n + 2}` })],
    ['lower values', (n: number) => ({ q: `level<=${-n}` })],
    ['other ranges', (n: number) => ({ q: `level==${n + 2}..${n + 9}` })],
    ['the same of one value, other ones of another', (n: number) => ({ q: `colour=="red";room=="R${n}"` })],
    ['Attributes that are not there', (n: number) => ({ q: `level${n}` })],
    ['other scopes', (n: number) => ({ scopeQ: `/Geel/S${n}` })],
    ['what lies beneath other scopes', (n: number) => ({ scopeQ: `/Geel/S${n}/#` })],
    [
      'ids that begin otherwise',
      (n: number) => ({ entities: [{ type: 'Lamp', idPattern: `^urn:o:${n}:.*` }] }),
    ],
    [
      'other places',
      (n: number) => ({
        geoQ: { georel: 'near;maxDistance==500', geometry: 'Point', coordinates: [5 + n / 50, 51] },
      }),
    ],
  ])('looks at no Subscription to %s', (_what, about) => {
    const index = new SubscriptionIndex();
    for (let n = 0; n < COUNT; n++) index.put('', compiled(`urn:s:${n}`, members(about(n))));
    for (let n = 0; n < 10; n++) index.put('', compiled(`urn:match:${n}`));
    const found = index.match('', change(litLamp()), START);
    expect(found).toHaveLength(10);
    // The first of many that share a value may stand under it.
    expect(index.visits()).toBeLessThanOrEqual(11);
    for (let n = 0; n < COUNT; n++) index.remove('', `urn:s:${n}`);
    expect(index.match('', change(litLamp()), START)).toEqual(found);
  });

  it('looks at a Subscription once, though several of its keys fit', () => {
    const index = new SubscriptionIndex();
    const entities = [{ type: 'Lamp' }, { type: 'Bin' }, { id: 'urn:e:1', type: 'Lamp' }];
    index.put('', compiled('urn:s', members({ entities, watchedAttributes: ['level', 'colour'] })));
    const both = lamp('urn:e:1', { level: 1, colour: 'red' }, { types: [iri('Lamp'), iri('Bin')] });
    expect(index.match('', change(both), START)).toEqual(['urn:s']);
    expect(index.visits()).toBe(1);
  });

  it.each([
    ['a line through the place', { geoQ: NEAR }, 'location', LINE, 'GeoProperty'],
    [
      'more values than are listed',
      { q: 'level==99' },
      'level',
      Array.from({ length: 100 }, (_, n) => n),
      'Property',
    ],
  ] as const)('finds an Entity with %s', (_what, filter, name, value, kind) => {
    const index = new SubscriptionIndex();
    index.put('', compiled('urn:s', members({ ...filter })));
    const entity = lamp('urn:e:1', {});
    const attributes = { [iri(name)]: [attribute(value as unknown as Json, { kind })] };
    expect(index.match('', change({ ...entity, attributes }), START)).toEqual(['urn:s']);
  });

  it('knows tenants apart', () => {
    const index = new SubscriptionIndex();
    index.put('city', compiled('urn:s'));
    expect(index.match('', change(lamp('urn:e:1')), START)).toEqual([]);
    expect(index.match('city', change(lamp('urn:e:1')), START)).toEqual(['urn:s']);
  });

  it('puts a changed Subscription in the place of the old one', () => {
    const index = new SubscriptionIndex();
    index.put('', compiled('urn:s'));
    index.put('', compiled('urn:s', members({ entities: [{ type: 'Bin' }] })));
    expect(index.match('', change(lamp('urn:e:1')), START)).toEqual([]);
    index.remove('', 'urn:s');
    expect(index.keys()).toEqual([]);
  });

  it('finds no periodic Subscription, which no change notifies (clause 5.8.6)', () => {
    const index = new SubscriptionIndex();
    for (const type of ['Lamp', '*'])
      index.put('', compiled(`urn:${type}`, members({ timeInterval: 5, entities: [{ type }] })));
    expect(index.match('', change(lamp('urn:e:1')), START)).toEqual([]);
    expect(index.keys()).toHaveLength(2);
  });

  it('judges a deleted Entity as it was, and a changed one as it is', () => {
    const index = new SubscriptionIndex();
    index.put(
      '',
      compiled(
        'urn:s',
        members({ q: 'level>5', notificationTrigger: ['entityDeleted', 'attributeUpdated'] }),
      ),
    );
    expect(index.match('', change(lamp('urn:e', { level: 9 }), 'deleted'), START)).toEqual(['urn:s']);
    expect(index.match('', change(lamp('urn:e', { level: 1 }), 'deleted'), START)).toEqual([]);
    expect(index.match('', change(lamp('urn:e', { level: 9 })), START)).toEqual(['urn:s']);
  });
});
