import { describe, expect, it } from '@jest/globals';
import { SubscriptionIndex } from '../../../broker/notifications/subscription-index.ts';
import { START } from './fake-time.ts';
import { change, compiled, iri, lamp, members } from './fixtures.ts';

const COUNT = 2000;

describe('the index of Subscriptions', () => {
  it.each([
    ['other Entities', (n: number) => ({ entities: [{ id: `urn:e:${n}`, type: 'Lamp' }] })],
    ['other types', (n: number) => ({ entities: [{ type: `Lamp${n}` }] })],
    ['other Attributes', (n: number) => ({ entities: [{ type: 'Lamp' }], watchedAttributes: [`level${n}`] })],
  ])('looks at no Subscription to %s', (_what, about) => {
    const index = new SubscriptionIndex();
    for (let n = 0; n < COUNT; n++) index.put('', compiled(`urn:s:${n}`, members(about(n))));
    for (let n = 0; n < 10; n++) index.put('', compiled(`urn:match:${n}`));
    const found = index.match('', change(lamp('urn:e:x', { level: 1 })), START);
    expect(found).toHaveLength(10);
    expect(index.visits()).toBe(10);
  });

  it('looks at a Subscription once, though several of its keys fit', () => {
    const index = new SubscriptionIndex();
    const entities = [{ type: 'Lamp' }, { type: 'Bin' }, { id: 'urn:e:1', type: 'Lamp' }];
    index.put('', compiled('urn:s', members({ entities, watchedAttributes: ['level', 'colour'] })));
    const both = lamp('urn:e:1', { level: 1, colour: 'red' }, { types: [iri('Lamp'), iri('Bin')] });
    expect(index.match('', change(both), START)).toEqual(['urn:s']);
    expect(index.visits()).toBe(1);
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
