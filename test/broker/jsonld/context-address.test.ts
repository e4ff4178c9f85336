import { describe, expect, it } from '@jest/globals';
import { contextAddress } from '../../../broker/jsonld/context-address.ts';

const ID = 'urn:ngsi-ld:Context:1';

describe('the address of a broker for @contexts', () => {
  it.each([
    ['https://city.example', 'https://city.example/ngsi-ld/v1/jsonldContexts/urn:ngsi-ld:Context:1'],
    ['https://city.example/', 'https://city.example/ngsi-ld/v1/jsonldContexts/urn:ngsi-ld:Context:1'],
    ['http://[::1]:1026/data', 'http://[::1]:1026/data/ngsi-ld/v1/jsonldContexts/urn:ngsi-ld:Context:1'],
  ])('at %s makes URLs that it knows again', (publicUrl, url) => {
    const address = contextAddress(publicUrl);
    expect(address.urlOf(ID)).toBe(url);
    expect(address.localIdOf(url)).toBe(ID);
    expect(address.isHere(url)).toBe(true);
  });

  it('knows its own under other names of the host, though others may have them', () => {
    const address = contextAddress('https://city.example');
    const url = 'http://10.0.0.1:1026/ngsi-ld/v1/jsonldContexts/urn%3Angsi-ld%3AContext%3A1';
    expect(address.localIdOf(url)).toBe(ID);
    expect(address.isHere(url)).toBe(false);
  });

  it.each([
    'https://city.example/ngsi-ld/v1/jsonldContexts',
    'https://city.example/ngsi-ld/v1/jsonldContexts/',
    'https://city.example/ngsi-ld/v1/jsonldContexts/a/b',
    'https://city.example/ngsi-ld/v1/jsonldContexts/a?details=true',
    'https://city.example/ngsi-ld/v1/entities/a',
    'https://city.example/?x=/ngsi-ld/v1/jsonldContexts/a',
    'https://city.example/ngsi-ld/v1/jsonldContexts/%E0%A4%A',
    'urn:x:/ngsi-ld/v1/jsonldContexts/a',
  ])('finds no identifier in %s', (url) => {
    expect(contextAddress('https://city.example').localIdOf(url)).toBeUndefined();
  });
});
