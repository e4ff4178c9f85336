import { describe, expect, it } from '@jest/globals';
import { publicPathOf, referBelow } from '../../../broker/http/public-path.ts';

describe('behind a proxy that takes a prefix off the path', () => {
  it.each([
    [undefined, ''],
    ['http://127.0.0.1:1026', ''],
    ['https://city.example/', ''],
    ['https://city.example/broker/', '/broker'],
    ['https://city.example/a/b', '/a/b'],
  ])('%s has the prefix "%s"', (url, prefix) => {
    expect(publicPathOf(url)).toBe(prefix);
  });

  it('references to this API begin with the prefix; all else stays (clauses 6.3.10, 6.4.3.1)', () => {
    const next = '</ngsi-ld/v1/entities?limit=1&offset=1&q=a==%22%3C/ngsi-ld/v1/%22>; rel="next"';
    expect(
      referBelow('/broker', {
        Location: '/ngsi-ld/v1/entities/urn:ngsi-ld:A:1',
        Link: `<https://a.example/ngsi-ld/v1/c>; rel="x", ${next}`,
        ETag: '"/ngsi-ld/v1/"',
      }),
    ).toEqual({
      Location: '/broker/ngsi-ld/v1/entities/urn:ngsi-ld:A:1',
      Link: `<https://a.example/ngsi-ld/v1/c>; rel="x", ${next.replace('<', '</broker')}`,
      ETag: '"/ngsi-ld/v1/"',
    });
  });
});
