import { describe, expect, it } from '@jest/globals';
import { contextLink } from '../../../broker/http/link-header.ts';

const url = 'https://example.org/context.jsonld';
const relation = 'http://www.w3.org/ns/json-ld#context';

describe('the @context in a Link header (clause 6.3.5)', () => {
  it.each([
    [`<${url}>; rel="${relation}"; type="application/ld+json"`],
    [`<${url}>;rel="${relation}"`],
    [`<${url}>; rel=${relation}`],
    [`<${url}>; type="application/ld+json"; rel = "${relation}"`],
    [`<${url}>; REL="${relation}"`],
    [`<${url}>; rel="HTTP://www.W3.org/ns/json-ld#context"`],
    [`<${url}>; title="a, <b>; c"; rel="next ${relation}"`],
    // The version of a body, which is taken whatever it is (clause 6.3.21).
    [`<${url}>; rel="${relation}"; profile=<https://uri.etsi.org/ngsi-ld/profile/version>`],
    [`<${url}>; rel="${relation}"; profile="https://uri.etsi.org/ngsi-ld/profile/1.5"`],
    [`</next>; rel="next", <${url}>; rel="${relation}"`],
    [`<${'<'.repeat(50)}${url}>; rel="${relation}"`],
  ])('is found in %s', (header) => {
    expect(contextLink(header)).toBe(url);
  });

  it.each([[undefined], [''], [`<${url}>`], [`<${url}>; rel="next"`]])('is not in %s', (header) => {
    expect(contextLink(header)).toBeUndefined();
  });

  it.each([[`${url}; rel="${relation}"`], [`<${url}>; rel='${relation}'`], [`<${url}; rel="${relation}"`]])(
    'is not lost where it is badly written: %s is refused',
    (header) => {
      expect(() => contextLink(header)).toThrow(expect.objectContaining({ type: 'BadRequestData' }));
      expect(() => contextLink(header)).toThrow(`<https://...>; rel="${relation}"`);
    },
  );

  it('is refused when there are two', () => {
    const link = `<${url}>; rel="${relation}"`;
    expect(() => contextLink(`${link}, ${link}`)).toThrow(/2 links/);
  });
});
