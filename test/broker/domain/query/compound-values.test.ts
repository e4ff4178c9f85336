import { describe, expect, it } from '@jest/globals';
import { createEntity } from '../../../../broker/domain/change/entity-changes.ts';
import type { Entity, Json } from '../../../../broker/domain/entity.ts';
import { parseEntity } from '../../../../broker/domain/parsing/parse-entity.ts';
import { compileQuery } from '../../../../broker/domain/query/matches.ts';
import { parseEntityQuery } from '../../../../broker/domain/query/parse-entity-query.ts';
import { compilePoints } from '../../../../broker/domain/query/value-spans.ts';
import { contextOf } from '../../jsonld/support.ts';
import { CREATED, NOW } from '../support.ts';

const context = await contextOf({
  city: 'https://city.example/city',
  owner: { '@id': 'https://city.example/owner', '@type': '@id' },
  colour: { '@id': 'https://city.example/colour', '@type': '@vocab' },
  Red: 'https://city.example/Red',
  since: { '@id': 'https://city.example/since', '@type': 'https://uri.etsi.org/ngsi-ld/Date' },
});
const value = {
  type: 'PostalAddress',
  id: 'urn:ngsi-ld:Address:1',
  city: 'Gent',
  owner: 'urn:ngsi-ld:Person:1',
  colour: ['Red', 'Blue'],
  since: '2020-02-29',
  value: 3,
  place: { type: 'Point', coordinates: [3.7, 51] },
  'e.g.': 'dotted',
};

function entityWith(attribute: Json): Entity {
  const input = parseEntity({ id: 'urn:ngsi-ld:Room:1', type: 'Room', a: attribute }, context);
  return createEntity(undefined, input, CREATED).entity as Entity;
}

function judge(q: string, attribute: Json, options: { readonly jsonKeys?: string } = {}): boolean {
  return compileQuery(parseEntityQuery({ q, ...options }, context))(entityWith(attribute), { now: NOW });
}

describe('q: members of a compound value are compared as they were written (clause 4.9)', () => {
  it.each([
    ['a[type]=="PostalAddress"', true],
    ['a[type]==PostalAddress', true],
    ['a[type]!="PostalAddress"', false],
    ['a[type]=="Other","PostalAddress"', true],
    ['a[type]=="Address"', false],
    ['a[id]=="urn:ngsi-ld:Address:1"', true],
    ['a[city]=="Gent"', true],
    ['a[city]=="https://uri.etsi.org/ngsi-ld/default-context/Gent"', false],
    ['a[owner]=="urn:ngsi-ld:Person:1"', true],
    ['a[owner]==urn:ngsi-ld:Person:1', true],
    ['a[owner]~=Person', true],
    ['a[owner]!="urn:ngsi-ld:Person:1"', false],
    ['a[colour]=="Red"', true],
    ['a[colour]=="Blue"', true],
    ['a[colour]=="https://city.example/Red"', true],
    ['a[colour]!="Green"', true],
    ['a[since]==2020-02-29', true],
    ['a[since]>2020-02-28T12:00:00Z', true],
    ['a[since]=="2020-02-29"', true],
    ['a[value]==3', true],
    ['a[place.type]=="Point"', true],
    ['a[place.coordinates]==51', true],
    ['a[e%2Eg%2E]=="dotted"', true],
    ['a[e%2Eg%2E]=="other"', false],
  ])('%s is %s', (q, expected) => {
    expect(judge(q, { type: 'Property', value })).toBe(expected);
  });

  it.each([
    ['a[type]=="PostalAddress"', 'a'],
    ['a[type]=="PostalAddress"', ''],
    ['a[colour]=="Red"', 'a'],
    ['a[value]==3', 'a'],
  ])('%s is true of the same as JSON, with jsonKeys %j', (q, jsonKeys) => {
    expect(judge(q, { type: 'JsonProperty', json: value }, { jsonKeys })).toBe(true);
  });

  it('counts a typed value as its value also in a list', () => {
    const day = { '@type': 'Date', '@value': '2020-02-29' };
    expect(judge('a==2020-02-29', { type: 'Property', value: [1, day] })).toBe(true);
    expect(judge('a==2020-02-29', { type: 'ListProperty', valueList: [day] })).toBe(true);
    expect(judge('a!=2020-02-29', { type: 'ListProperty', valueList: [day] })).toBe(false);
    expect(judge('a==2020-02-29', { type: 'JsonProperty', json: [day] })).toBe(false);
  });

  it('names for stores what is compared', () => {
    const { q } = parseEntityQuery({ q: 'a[colour]=="Red"' }, context);
    if (q?.kind !== 'comparison') throw new Error('It is one comparison.');
    expect(compilePoints(q.path)(entityWith({ value }))).toContainEqual({
      kind: 'text',
      at: 'https://city.example/Red',
    });
  });
});
