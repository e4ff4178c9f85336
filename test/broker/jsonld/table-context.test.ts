import { describe, expect, it } from '@jest/globals';
import jsonld, { type ContextDefinition } from 'jsonld';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { coreDocument } from '../../../broker/jsonld/core-context.ts';
import { defaultCoreVersion } from '../../../broker/jsonld/core-versions.ts';
import { unscoped } from './published.ts';
import { contextOf } from './support.ts';

const vocabulary = 'https://uri.etsi.org/ngsi-ld/default-context/';

describe('names (clauses 4.4 and 5.5.7)', () => {
  it('expands a defined term to its IRI and compacts it back', async () => {
    const context = await contextOf({ température: 'http://example.org/temperature' });
    expect(context.expand('température')).toBe('http://example.org/temperature');
    expect(context.compact('http://example.org/temperature')).toBe('température');
  });

  it('sends an undefined name to the default vocabulary and brings it back', async () => {
    const { expand, compact } = await contextOf();
    expect(expand('温度')).toBe(`${vocabulary}温度`);
    expect(compact(`${vocabulary}温度`)).toBe('温度');
  });

  it('leaves IRIs alone', async () => {
    const { expand, compact } = await contextOf();
    expect(expand('https://example.org/x')).toBe('https://example.org/x');
    expect(expand('urn:ngsi-ld:x')).toBe('urn:ngsi-ld:x');
    expect(compact('https://example.org/x')).toBe('https://example.org/x');
  });

  it('lets the core win over whatever a user @context defines, protected or not', async () => {
    const { expand, compact, expandValue } = await contextOf({
      '@version': 1.1,
      '@protected': true,
      '@vocab': 'http://example.org/',
      location: 'http://example.org/where',
      value: { '@id': 'http://example.org/value', '@type': '@id' },
      id: 'http://example.org/id',
    });
    expect(expand('location')).toBe('https://uri.etsi.org/ngsi-ld/location');
    expect(expand('value')).toBe('https://uri.etsi.org/ngsi-ld/hasValue');
    expect(expand('id')).toBe('@id');
    expect(compact('http://example.org/where')).toBe('http://example.org/where');
    expect(expandValue({ value: 'plain' })).toEqual({ 'https://uri.etsi.org/ngsi-ld/hasValue': 'plain' });
  });

  it('uses a user @vocab for the terms of that context and the core @vocab for undefined names', async () => {
    const { expand } = await contextOf({ '@vocab': 'http://example.org/', defined: { '@type': '@id' } });
    expect(expand('defined')).toBe('http://example.org/defined');
    expect(expand('undefined')).toBe(`${vocabulary}undefined`);
  });

  it('expands prefixed names, and compacts to them when no term fits', async () => {
    const { expand, compact } = await contextOf({ ex: 'http://example.org/', exact: 'ex:term' });
    expect(expand('ex:other')).toBe('http://example.org/other');
    expect(compact('http://example.org/other')).toBe('ex:other');
    expect(compact('http://example.org/term')).toBe('exact');
    expect(compact('http://example.org/')).toBe('ex');
  });

  it('does not take the // of a URL for a prefixed name, nor a term that does not end like a prefix', async () => {
    const { expand } = await contextOf({ http: 'http://example.org/', word: 'http://example.org/word' });
    expect(expand('http://other.org/x')).toBe('http://other.org/x');
    expect(expand('word:x')).toBe('word:x');
  });

  it('shortens what is left by the prefixes of the core, as JSON-LD does, and else renders the whole IRI', async () => {
    const user: JsonObject = { taken: 'http://example.org/taken' };
    const { expand, compact } = await contextOf(user);
    const core = unscoped(coreDocument(defaultCoreVersion)['@context']);
    for (const iri of [
      `${vocabulary}taken`,
      'https://purl.org/geojson/vocab#other',
      'https://example.org/x',
    ]) {
      const context = [user, core] as unknown as ContextDefinition;
      const compacted = (await jsonld.compact({ '@type': iri }, context)) as unknown as JsonObject;
      expect(compact(iri)).toBe(compacted['type']);
      expect(expand(compact(iri))).toBe(iri);
    }
    expect(compact(`${vocabulary}taken`)).toBe('ngsi-ld:default-context/taken');
  });

  it('prefers the shortest name, then the lexicographically first', async () => {
    const iri = 'http://example.org/t';
    const { compact } = await contextOf({ temperature: iri, temp: iri, tmpr: iri, teem: { '@id': iri } });
    expect(compact(iri)).toBe('teem');
  });

  it('reads aliases of @id and @type and answers with id and type only (clause 4.4)', async () => {
    const { expand, compact } = await contextOf({ a: '@type', i: '@id' });
    expect([expand('a'), expand('i'), expand('type'), expand('@type')]).toEqual([
      '@type',
      '@id',
      '@type',
      '@type',
    ]);
    expect([compact('@type'), compact('@id')]).toEqual(['type', 'id']);
  });

  it('refuses names that the @context maps to nothing, reverse properties and would-be keywords', async () => {
    const { expand } = await contextOf({
      nothing: null,
      parent: { '@reverse': 'http://example.org/child' },
    });
    expect(() => expand('nothing')).toThrow(/"nothing" to nothing/);
    expect(() => expand('parent')).toThrow(/reverse property/);
    expect(() => expand('@foo')).toThrow(NgsiLdError);
    expect(() => expand('@foo')).toThrow(/reserved/);
  });

  it('is not confused by names that every JavaScript object has', async () => {
    const { expand, compact } = await contextOf();
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(expand(name)).toBe(vocabulary + name);
      expect(compact(vocabulary + name)).toBe(name);
    }
  });

  it('never compacts to a name that means something else', async () => {
    const { compact } = await contextOf();
    expect(compact(`${vocabulary}a:b`)).toBe('ngsi-ld:default-context/a:b');
    expect(compact(`${vocabulary}@type`)).toBe('ngsi-ld:default-context/@type');
    expect(compact(`${vocabulary}@foo`)).toBe('ngsi-ld:default-context/@foo');
    expect(compact(vocabulary)).toBe('ngsi-ld:default-context/');
    expect(compact(`${vocabulary}location`)).toBe('ngsi-ld:default-context/location');
  });

  it('forgets all definitions before a null (JSON-LD 1.1, clause 4.1.2)', async () => {
    const { expand } = await contextOf({ x: 'http://example.org/x' }, null, { y: 'http://example.org/y' });
    expect(expand('x')).toBe(`${vocabulary}x`);
    expect(expand('y')).toBe('http://example.org/y');
  });

  it('keeps giving right answers when more names pass than it remembers', async () => {
    const { expand } = await contextOf({ x: 'http://example.org/x' });
    for (let index = 0; index < 5_000; index++) expect(expand(`n${index}`)).toBe(`${vocabulary}n${index}`);
    expect(expand('x')).toBe('http://example.org/x');
    expect(expand('n'.repeat(1_000))).toBe(vocabulary + 'n'.repeat(1_000));
  });
});
