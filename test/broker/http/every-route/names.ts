import fc from 'fast-check';
import type { Page } from '../../jsonld/fake-web.ts';
import { CITY_CONTEXT } from '../../notifications/notifying-broker.ts';

const contextOf = (terms: object): Page => ({ json: { '@context': terms } });

/** The web that @contexts come from: good ones, and every way to be none. A URL that is not here never answers. */
export const webPages: Readonly<Record<string, Page>> = {
  'https://web.example/good.jsonld': contextOf({
    temp: 'https://city.example/temperature',
    ex: 'https://ex.example/',
  }),
  'https://web.example/typed.jsonld': contextOf({
    level: { '@id': 'https://ex.example/level', '@type': '@vocab' },
    owner: { '@id': 'https://ex.example/owner', '@type': '@id' },
    a: { '@id': 'https://ex.example/a', '@container': '@list' },
  }),
  'https://web.example/loop.jsonld': contextOf(['https://web.example/loop.jsonld'] as unknown as object),
  'https://web.example/text.jsonld': { status: 200, text: '<html>' },
  'https://web.example/none.jsonld': { json: [] },
  'https://web.example/gone.jsonld': { status: 404 },
  'https://web.example/away.jsonld': new Error('the connection was refused'),
};

/** The URL of an @context that nobody answers: each request to it takes as long as a download may. */
export const SILENT_CONTEXT = 'https://web.example/silent.jsonld';

export const contextUrl = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.constantFrom(
      CITY_CONTEXT,
      'https://web.example/good.jsonld',
      'https://web.example/typed.jsonld',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(webPages)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('http://[', 'ftp://x.example/', 'about:blank', 'context.jsonld', ''),
  },
);

export const entityId = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 11 }).map((number) => `urn:ngsi-ld:Room:${number}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'urn:été',
      'https://example.org/a?b=c#d',
      'urn:x:%41',
      'urn:x:a/b',
      'urn:x:__proto__',
    ),
  },
);
export const typeName = fc.constantFrom(
  'Room',
  'Hall',
  '房间',
  'ex:Hall',
  'https://example.org/T',
  'constructor',
);
/** Of Attributes of any kind. */
export const plainName = fc.constantFrom(
  ...['level', 'name', 'owner', 'a', 'température', '温度', 'constructor', 'ex:b', 'https://example.org/c'],
);
export const attributeName = fc.oneof(
  { weight: 9, arbitrary: plainName },
  { weight: 1, arbitrary: fc.constant('location') },
);
export const subscriptionId = fc
  .integer({ min: 0, max: 7 })
  .map((number) => `urn:ngsi-ld:Subscription:${number}`);
export const datasetId = fc.constantFrom('urn:d:1', 'urn:d:2');
export const scope = fc.constantFrom('/A', '/A/B', '/B/C', '/été');
/** Some come while a run goes on. */
export const timeToCome = fc.constantFrom(
  '2026-06-01T18:00:00Z',
  '2026-06-30T00:00:00.5Z',
  '2036-01-01T00:00:00Z',
);
export const dateTime = fc.constantFrom(
  ...[
    '2026-05-01T00:00:00Z',
    '2026-06-01T12:00:00Z',
    '2026-06-01T12:00:00.5Z',
    '2026-06-03T00:00:00,123456Z',
  ],
  ...['2027-01-01T00:00:00Z', '1969-12-31T23:59:59.9Z'],
);
export const tenant = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.constantFrom('city', 'Bruges_1') },
);
export const TENANTS = [undefined, 'city', 'Bruges_1'] as const;
