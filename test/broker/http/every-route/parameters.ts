import fc from 'fast-check';
import type { Route } from '../../../../broker/http/route.ts';
import * as names from './names.ts';

const list = (of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(of, { minLength: 1, maxLength: 3 }).map((all) => all.join(','));
const words = (...all: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...all);

const path = fc.oneof(
  names.attributeName,
  words(
    'level.observedAt',
    'a.b',
    'a[b.c]',
    'a.b[c]',
    'observedAt',
    'createdAt',
    'name[en]',
    'owner.a',
    'level.unitCode',
  ),
);
const operand = words(
  ...[
    '1',
    '-1.5',
    '"text"',
    '"1"',
    '1..5',
    '1,2',
    '"a","b"',
    'true',
    'null',
    '2026-06-01T12:00:00Z',
    'urn:ngsi-ld:Room:1',
  ],
  ...['2026-05-01T00:00:00Z..2026-06-01T12:00:00Z', '1e3', '""', '"é"'],
);
const comparison = fc.oneof(
  path,
  fc.tuple(path, words('==', '!=', '>', '<', '>=', '<='), operand).map((parts) => parts.join('')),
  fc
    .tuple(path, words('~=', '!~='), words('^a', '.*', 'a|b', '(a+)+$', '[0-9]{2}'))
    .map((parts) => parts.join('')),
  fc.tuple(words('owner', 'a'), path).map(([link, inner]) => `${link}{${inner}}`),
);
/** The language of clause 4.9. */
const { q } = fc.letrec<{ q: string }>((tie) => ({
  q: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.tuple(tie('q'), words(';', '|'), tie('q')).map((parts) => parts.join('')),
    tie('q').map((inner) => `(${inner})`),
    tie('q').map((inner) => `!(${inner})`),
  ),
}));

const scopeQ = fc
  .array(fc.tuple(words('/A', '/A/B', '/#', '/+/B', '/A/#', '/B/+'), words(';', ',', '')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.flat().join('').replace(/[;,]$/, ''));
const type = fc.oneof(
  list(names.typeName),
  fc.tuple(names.typeName, names.typeName).map(([one, other]) => `(${one};${other}),Room`),
);
const projection = list(
  fc.oneof(
    names.attributeName,
    words('id', 'type', 'scope', 'owner{name}', 'owner{a,owner{level}}', 'createdAt'),
  ),
);

const coordinates: Readonly<Record<string, readonly string[]>> = {
  Point: ['[1,2]', '[180,90]', '[-180,-90]', '[3.2,51.2]'],
  LineString: ['[[1,2],[3,4]]', '[[170,0],[-170,0]]'],
  Polygon: ['[[[0,0],[4,0],[4,4],[0,4],[0,0]]]', '[[[0,0],[2,2],[2,0],[0,2],[0,0]]]'],
  MultiPoint: ['[[1,2],[3,4]]'],
  MultiPolygon: ['[[[[0,0],[4,0],[4,4],[0,0]]]]'],
};
const geometry = words(...Object.keys(coordinates)).chain((kind) =>
  fc.tuple(fc.constant(kind), words(...(coordinates[kind] ?? []))),
);
const georel = words(
  ...[
    'near;maxDistance==1000',
    'near;minDistance==10',
    'near;maxDistance==1e9',
    'within',
    'contains',
    'intersects',
  ],
  ...['equals', 'disjoint', 'overlaps'],
);

/** What each parameter may have as its value. */
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  id: list(names.entityId),
  type,
  idPattern: words('^urn:.*', '.*', '[0-9]+$', '(a+)+$', ''),
  q,
  csf: q,
  scopeQ,
  geoproperty: names.attributeName,
  geometryProperty: names.attributeName,
  expandValues: list(names.attributeName),
  jsonKeys: list(names.attributeName),
  attrs: list(names.attributeName),
  pick: projection,
  omit: projection,
  keep: list(names.attributeName),
  drop: list(names.attributeName),
  lang: words('en', 'nl,en;q=0.5', '*', 'fr-BE', 'de;q=0'),
  datasetId: list(fc.oneof(names.datasetId, words('@none'))),
  collation: words('en', 'nl', 'de-u-co-phonebk'),
  orderFrom: words('[1,2]'),
  orderGeometry: words('Point'),
  limit: words('1', '2', '20', '1000'),
  offset: words('0', '1', '5', '100000'),
  count: words('true', 'false'),
  local: words('true'),
  details: words('true', 'false'),
  kind: words('Hosted', 'Cached', 'ImplicitlyCreated'),
  reload: words('true', 'false'),
  observedAt: names.dateTime,
  timeproperty: words('observedAt', 'createdAt', 'modifiedAt', 'deletedAt'),
  lastN: words('1', '3', '100'),
  aggrMethods: list(
    words('totalCount', 'distinctCount', 'sum', 'avg', 'min', 'max', 'stddev', 'sumsq', 'count'),
  ),
  aggrPeriodDuration: words('PT1H', 'P1M', 'P1Y2M3DT4H5M6.5S', 'PT0S', 'P2W', 'PT0.000001S', 'P9999Y', 'P'),
};

/** Parameters that mean something together only. */
const bundles: Readonly<Record<string, fc.Arbitrary<readonly (readonly [string, string])[]>>> = {
  georel: fc.tuple(georel, geometry).map(([relation, [kind, place]]) => [
    ['georel', relation],
    ['geometry', kind],
    ['coordinates', place],
  ]),
  timerel: fc
    .tuple(words('before', 'after', 'between'), names.dateTime)
    .map(([relation, time]) => [
      ['timerel', relation],
      ['timeAt', time],
      ...(relation === 'between' ? [['endTimeAt', '2028-01-01T00:00:00Z'] as const] : []),
    ]),
  orderFrom: fc.constant([
    ['orderBy', 'location;dist-asc'],
    ['orderFrom', '[1,2]'],
    ['orderGeometry', 'Point'],
  ]),
};

const forms = words('normalized', 'concise', 'simplified', 'keyValues');
const temporalForms = words('normalized', 'temporalValues', 'aggregatedValues');
/** What `format` and `options` may be, by the row; the first that matches. */
const wordsOf: readonly (readonly [row: RegExp, { readonly [name: string]: fc.Arbitrary<string> }])[] = [
  [
    /\/temporal\/(?:entities|entityOperations)/,
    {
      format: temporalForms,
      options: words('temporalValues', 'sysAttrs', 'aggregatedValues'),
      orderBy: words('id', 'id;desc'),
    },
  ],
  [/^PATCH/, { format: words('simplified', 'keyValues'), options: words('simplified', 'keyValues') }],
  [/^GET \/subscriptions/, { options: words('sysAttrs') }],
  [/\/upsert$/, { options: words('update', 'replace') }],
  [/\/(?:update|attrs)$/, { options: words('noOverwrite') }],
  [/./, { format: forms, options: list(fc.oneof(forms, words('sysAttrs'))) }],
];

/** Some of the parameters that a row knows, with fitting values; a selection mostly of what is here. */
export function parametersFor({
  method,
  path: row,
  parameters,
}: Route): fc.Arbitrary<ReadonlyMap<string, string>> {
  const known = parameters === 'any' ? ['local', 'limit'] : parameters;
  const own = { ...values, ...wordsOf.find(([pattern]) => pattern.test(`${method} ${row}`))?.[1] };
  const pair = (name: string): fc.Arbitrary<readonly (readonly [string, string])[]> =>
    bundles[name] ?? (own[name] ?? words('1')).map((value) => [[name, value]]);
  const alone = known.filter((name) => name in own || name in bundles);
  if (alone.length === 0) return fc.constant(new Map());
  return fc
    .tuple(
      fc.uniqueArray(fc.constantFrom(...alone), { maxLength: 3 }),
      fc.constantFrom(true, true, true, false),
    )
    .chain(([chosen, isLocal]) => {
      const all = withoutRivals(
        isLocal && known.includes('type') ? [...new Set([...chosen, 'local'])] : chosen,
      );
      return fc.tuple(...all.map(pair));
    })
    .map((pairs) => new Map(pairs.flat()));
}

/** attrs is the old way of pick and omit: they do not go together. */
function withoutRivals(names: readonly string[]): readonly string[] {
  return names.includes('pick') || names.includes('omit') ? names.filter((name) => name !== 'attrs') : names;
}
