import fc from 'fast-check';

/** JSON of any kind. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/** Stands in the text of a body for what JSON.stringify cannot write; see `bodyText`. */
const RAW = '~raw~';
const raw = (text: string): string => `${RAW}${text}`;

/** The text of a body, with the numbers and escapes in it that only a text can have. */
export function bodyText(body: Json): string {
  return JSON.stringify(body).replace(/"~raw~((?:[^"\\]|\\.)*)"/g, (_, text: string) =>
    JSON.parse(`"${text}"`),
  );
}

/** Values that are wrong in most places, and names of members that mean something elsewhere. */
const oddScalar = fc.constantFrom<Json>(
  ...[null, true, false, 0, -1, 1.5, 2 ** 53, 1e308, '', ' ', 'text', '\u0000', '\u2028', 'a\nb'],
  ...[
    'urn:ngsi-ld:null',
    'urn:ngsi-ld:Room:1',
    '@none',
    '@json',
    '@vocab',
    'Property',
    'Relationship',
    'Point',
  ],
  ...[
    '2026-02-30T00:00:00Z',
    '2026-06-01T12:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-06-01T12:00:00+02:00',
    'P1D',
  ],
  ...[
    raw('1e400'),
    raw('-0'),
    raw('123456789012345678901234567890'),
    raw('0.1000000000000000055511151231257827'),
  ],
  ...[raw('"\\ud800"'), raw('1.0'), raw('{"a":1,"a":2}'), raw('[1,]'), raw('NaN'), raw('"\\u0000"')],
  ...['http://127.0.0.1:9/', 'javascript:1', 'x'.repeat(3000), 'é'.repeat(300), '__proto__', '%', '*'],
);
const deep = (depth: number): Json => JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`);
const oddValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: oddScalar },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Json>(
      ...[
        [],
        {},
        [[]],
        [null],
        [{}],
        deep(3),
        deep(400),
        Array(300).fill(1),
        { '@value': 1 },
        { '@list': [1] },
      ],
      ...[{ '@id': 'urn:x:1' }, { '@graph': [] }, { '@context': 1 }, { type: 'Property' }, { value: null }],
      { type: 'Point', coordinates: [200, 100] },
      { type: 'Point', coordinates: [] },
      { type: 'LineString', coordinates: [[1, 2]] },
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [2, 2],
            [2, 0],
            [0, 2],
            [0, 0],
          ],
        ],
      },
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      { type: 'GeometryCollection', geometries: [] },
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const memberNames = [
  ...[
    'id',
    'type',
    '@id',
    '@type',
    '@context',
    '@value',
    '@list',
    '@set',
    '@graph',
    '@reverse',
    '@none',
    '@foo',
    '',
  ],
  ...['value', 'object', 'languageMap', 'vocab', 'json', 'valueList', 'objectList', 'datasetId', 'unitCode'],
  ...['observedAt', 'createdAt', 'modifiedAt', 'deletedAt', 'expiresAt', 'scope', 'location', 'instanceId'],
  ...[
    'entity',
    'entityList',
    'previousValue',
    'valueType',
    'objectType',
    'ngsildproof',
    'coordinates',
    'features',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'a',
    'ex:b',
    'a b',
    'a.b',
    'a<b',
    '\u0000',
    'https://example.org/c',
  ],
  ...['entities', 'q', 'geoQ', 'notification', 'watchedAttributes', 'timeInterval', 'throttling', 'isActive'],
];

/** One change of a JSON value somewhere inside. */
interface JsonMutation {
  readonly at: number;
  readonly how: 'drop' | 'put' | 'wrap' | 'add' | 'rename' | 'double';
  readonly name: string;
  readonly value: Json;
}

const jsonMutation: fc.Arbitrary<JsonMutation> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('drop', 'put', 'put', 'put', 'wrap', 'add', 'add', 'rename', 'double'),
  name: fc.constantFrom(...memberNames),
  value: oddValue,
});

/** The same JSON with one to three changes. */
export function mutatedJson(body: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .tuple(body, fc.array(jsonMutation, { minLength: 1, maxLength: 3 }))
    .map(([json, mutations]) => mutations.reduce(changeJson, json));
}

type Place = { readonly parent: Record<string, Json>; readonly key: string };

function changeJson(json: Json, mutation: JsonMutation): Json {
  const root: Record<string, Json> = { root: structuredClone(json) };
  const places: Place[] = [];
  collectPlaces(root, places);
  const place = places[mutation.at % places.length];
  if (place !== undefined) changeAt(place, mutation);
  return root['root'] ?? null;
}

function collectPlaces(parent: Record<string, Json>, places: Place[]): void {
  for (const key of Object.keys(parent)) {
    places.push({ parent, key });
    const child = parent[key];
    if (typeof child === 'object' && child !== null && places.length < 400)
      collectPlaces(child as Record<string, Json>, places);
  }
}

function changeAt({ parent, key }: Place, { how, name, value }: JsonMutation): void {
  const old = parent[key] as Json;
  const isItem = Array.isArray(parent) || key === 'root';
  if (how === 'add' && typeof old === 'object' && old !== null && !Array.isArray(old))
    put(old as Record<string, Json>, name, value);
  else if (how === 'rename' && !isItem) {
    delete parent[key];
    put(parent, name, old);
  } else if (how === 'drop') remove(parent, key);
  else put(parent, key, inPlaceOf(old, { how, name, value }));
}

function inPlaceOf(old: Json, { how, name, value }: Omit<JsonMutation, 'at'>): Json {
  if (how === 'put') return value;
  if (how === 'wrap') return [old];
  if (how === 'double') return Array.isArray(old) ? [...old, ...old] : [old, old];
  return { [name]: old };
}

function remove(parent: Record<string, Json>, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** Also a member of the name `__proto__`. */
function put(parent: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(parent, key, { value, enumerable: true, writable: true, configurable: true });
}

const oddTexts = [
  ...[
    '',
    ' ',
    '%',
    '%%',
    '%zz',
    '%00',
    '%ff',
    '%2F',
    '%e2%80%a8',
    '+',
    ',',
    ',,',
    ';',
    '|',
    '(',
    ')',
    '((((',
    '[',
    ']',
  ],
  ...[
    '{',
    '}',
    '"',
    "'",
    '"a',
    '\\',
    '*',
    '**',
    '.',
    '..',
    '...',
    '//',
    '/../',
    '?',
    '#',
    '&',
    '&&',
    '=',
    '==',
    '!',
    '!=',
  ],
  ...[
    '~=',
    '~=(a+)+$',
    '~=[',
    '~=\\',
    '>=',
    '<',
    '@',
    '$',
    '0',
    '-1',
    '1e999',
    '99999999999999999999',
    'NaN',
    'null',
  ],
  ...[
    'true',
    'false',
    'undefined',
    '__proto__',
    'constructor',
    'é',
    '房间',
    '\u0000',
    '\u2028',
    'a'.repeat(2000),
  ],
  ...[
    '('.repeat(300),
    '!'.repeat(300),
    'a;'.repeat(500),
    'a.'.repeat(300),
    '2026-02-30T00:00:00Z',
    'urn:ngsi-ld:null',
  ],
] as const;

/** The same text with one to three changes. */
export function mutatedText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat({ max: 10_000 }),
    how: fc.constantFrom('drop', 'insert', 'insert', 'cut', 'double', 'replace', 'swap'),
    odd: fc.constantFrom(...oddTexts),
  });
  return fc
    .tuple(text, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([given, changes]) => changes.reduce(changeText, given));
}

function changeText(
  text: string,
  { at, how, odd }: { readonly at: number; readonly how: string; readonly odd: string },
): string {
  const place = at % (text.length + 1);
  const [before, after] = [text.slice(0, place), text.slice(place)];
  switch (how) {
    case 'drop':
      return before + after.slice(1);
    case 'insert':
      return before + odd + after;
    case 'cut':
      return before;
    case 'double':
      return text + text;
    case 'swap':
      return after + before;
    default:
      return odd;
  }
}

/** A text that means nothing good anywhere. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
