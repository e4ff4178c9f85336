import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { isObject } from '../../../../broker/domain/json-object.ts';
import type { Route } from '../../../../broker/http/route.ts';
import { entityBody } from '../../domain/generated-entity.ts';
import * as names from './names.ts';

const some = (members: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<JsonObject> =>
  fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;

const position = fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -90, max: 90 }));
const point = position.map((coordinates): Json => ({ type: 'Point', coordinates }));
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom<Json>(
    'text',
    '',
    true,
    [1, 2],
    { b: { c: 1 } },
    '2026-06-01T12:00:00Z',
    'urn:ngsi-ld:Room:1',
  ),
);
const common = {
  observedAt: names.dateTime,
  datasetId: names.datasetId,
  expiresAt: names.timeToCome,
};
const rare = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: some(common) });

/** One instance of an Attribute, normalized or concise. */
const attribute: fc.Arbitrary<Json> = fc.oneof(
  value,
  fc.tuple(fc.record({ value }), rare).map(([own, more]) => ({ ...own, ...more })),
  fc
    .tuple(fc.record({ object: names.entityId }), rare)
    .map(([own, more]) => ({ type: 'Relationship', ...own, ...more })),
  point,
  fc.record({
    languageMap: fc.dictionary(fc.constantFrom('en', 'nl', '@none'), fc.string(), { minKeys: 1 }),
  }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    'urn:ngsi-ld:null',
    { type: 'Property', value: 'urn:ngsi-ld:null' },
    { json: { a: [1] } },
    { vocab: 'Room' },
  ),
);

/** Of any name but `location`, which has to be a geometry. */
const members = fc.oneof(
  fc.dictionary(names.plainName, attribute, { maxKeys: 4 }),
  some({
    level: attribute,
    name: attribute,
    owner: names.entityId.map((object): Json => ({ object })),
    location: point,
  }),
  entityBody.map(({ id: _id, type: _type, ...rest }) => rest as JsonObject),
) as fc.Arbitrary<JsonObject>;
const types = fc.oneof(
  names.typeName,
  fc.uniqueArray(names.typeName, { minLength: 1, maxLength: 2 }),
) as fc.Arbitrary<Json>;
const extras = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: some({
      scope: fc.oneof(names.scope, fc.uniqueArray(names.scope, { maxLength: 2 })),
      expiresAt: names.timeToCome,
    }),
  },
);

const entity = fc
  .tuple(names.entityId, types, members, extras)
  .map(([id, type, rest, more]): JsonObject => ({ id, type, ...rest, ...more }));
const fragment = fc
  .tuple(members, extras, some({ type: types }))
  .map(([rest, more, typed]): JsonObject => ({ ...rest, ...more, ...typed }));
const batch = fc.array(entity, { minLength: 1, maxLength: 6 }) as fc.Arbitrary<Json>;

const history = fc.array(
  fc
    .tuple(value, names.dateTime)
    .map(([of, observedAt]): Json => ({ type: 'Property', value: of, observedAt })),
  { minLength: 1, maxLength: 4 },
) as fc.Arbitrary<Json>;
const evolution = fc
  .tuple(names.entityId, types, fc.dictionary(names.plainName, history, { minKeys: 1, maxKeys: 3 }))
  .map(([id, type, rest]): JsonObject => ({ id, type, ...rest }));

const q = fc.constantFrom('level>1', 'name', '!a', 'level==1|name~=a', 'owner{name}');
const geoQ = fc.constantFrom<Json>(
  { georel: 'near;maxDistance==1000', geometry: 'Point', coordinates: [1, 2] },
  {
    georel: 'within',
    geometry: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [4, 0],
        [4, 4],
        [0, 4],
        [0, 0],
      ],
    ],
  },
);
const selector = fc
  .tuple(some({ id: names.entityId, idPattern: fc.constant('^urn') }), names.typeName)
  .map(([more, type]): Json => ({ ...more, type }));
const selectors = fc.array(selector, { minLength: 1, maxLength: 2 }) as fc.Arbitrary<Json>;
const attributeList = fc.uniqueArray(names.attributeName, {
  minLength: 1,
  maxLength: 3,
}) as fc.Arbitrary<Json>;
const query = fc
  .tuple(
    selectors,
    some({
      q,
      geoQ,
      scopeQ: fc.constant('/A/#'),
      attrs: attributeList,
      pick: attributeList,
      lang: fc.constant('en'),
    }),
  )
  .map(([entities, more]): JsonObject => ({ type: 'Query', entities, ...more }));

const temporalQ = fc
  .tuple(
    fc.constantFrom('before', 'after', 'between'),
    some({
      lastN: fc.constantFrom<Json>(1, 5),
      timeproperty: fc.constantFrom('observedAt', 'createdAt', 'modifiedAt', 'deletedAt'),
      aggrMethods: fc.constantFrom<Json>('avg,max', ['totalCount', 'distinctCount']),
      aggrPeriodDuration: fc.constantFrom('PT1H', 'P1M'),
    }),
  )
  .map(
    ([timerel, more]): JsonObject => ({
      ...{ timerel, timeAt: '2020-01-01T00:00:00Z', ...more },
      ...(timerel === 'between' && { endTimeAt: '2028-01-01T00:00:00Z' }),
    }),
  );
const temporalQuery = fc.tuple(query, temporalQ).map(([what, when]): Json => ({ ...what, temporalQ: when }));

/** In a body, stands for the URL of a receiver that listens. */
export const RECEIVER = 'http://receiver.example/';
const endpoint = some({
  accept: fc.constantFrom('application/json', 'application/ld+json', 'application/geo+json'),
}).chain((more) => fc.constantFrom('http://127.0.0.1:9/', RECEIVER).map((uri): Json => ({ ...more, uri })));
const notification = fc
  .tuple(
    endpoint,
    some({
      format: fc.constantFrom('normalized', 'concise', 'keyValues'),
      attributes: attributeList,
      sysAttrs: fc.boolean(),
    }),
  )
  .map(([to, more]): Json => ({ ...more, endpoint: to }));
const trigger = fc.constantFrom(
  'entityCreated',
  'entityUpdated',
  'entityDeleted',
  'attributeUpdated',
  'attributeDeleted',
);
const subscriptionParts = some({
  watchedAttributes: attributeList,
  ...{
    q,
    geoQ,
    scopeQ: fc.constant('/A/#'),
    expiresAt: names.timeToCome,
    throttling: fc.constantFrom(1, 5.5),
  },
  notificationTrigger: fc.uniqueArray(trigger, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Json>,
  isActive: fc.boolean(),
  description: fc.string(),
  jsonldContext: fc.constant('https://web.example/good.jsonld'),
});
const subscription = fc.tuple(names.subscriptionId, selectors, notification, subscriptionParts).map(
  ([id, entities, to, more]): JsonObject => ({
    id,
    type: 'Subscription',
    entities,
    notification: to,
    ...more,
  }),
);
const subscriptionChange = fc
  .tuple(subscriptionParts, some({ notification, entities: selectors }))
  .map(([parts, more]): JsonObject => ({ ...parts, ...more }));

/** The content of an @context. */
export const context: fc.Arbitrary<Json> = fc.oneof(
  names.contextUrl,
  fc.constantFrom<Json>(
    { temp: 'https://city.example/temperature' },
    { level: 'https://ex.example/level', Room: 'https://ex.example/Room', ex: 'https://ex.example/' },
    { '@vocab': 'https://v.example/' },
    {
      a: { '@id': 'https://ex.example/a', '@type': '@json' },
      name: { '@id': 'https://ex.example/name', '@container': '@language' },
    },
    {},
  ),
  fc.array(names.contextUrl, { maxLength: 2 }) as fc.Arbitrary<Json>,
);

/** What the body of a row is, by where it stands in the table; the first that matches. */
const kinds: readonly (readonly [pattern: RegExp, body: fc.Arbitrary<Json>])[] = [
  [/^POST \/entities$/, entity],
  [
    /\/entityOperations\/delete$/,
    fc.array(names.entityId, { minLength: 1, maxLength: 4 }) as fc.Arbitrary<Json>,
  ],
  [/\/temporal\/entityOperations\/query$/, temporalQuery],
  [/\/entityOperations\/query$/, query],
  [/\/entityOperations\//, batch],
  [/\/temporal\/entities$/, evolution],
  [/\/temporal\/.*\/attrs$/, fc.dictionary(names.plainName, history, { minKeys: 1 }) as fc.Arbitrary<Json>],
  [/\/temporal\//, history],
  [/\/attrs\/\{attrId\}\/value$/, value],
  [/\/attrs\/\{attrId\}$/, attribute.map((one): Json => (isObject(one) ? one : { value: one }))],
  [/^(?:PUT|PATCH|POST) \/entities\//, fragment],
  [/^POST \/subscriptions$/, subscription],
  [/^PATCH \/subscriptions\//, subscriptionChange],
  [/\/jsonldContexts$/, context.map((content): Json => ({ '@context': content }))],
];
const whatever = fc.oneof(entity, fragment, batch, query, subscription, evolution, value);

/** A body that fits the row, apart from its @context. */
export function bodyFor({ method, path }: Pick<Route, 'method' | 'path'>): fc.Arbitrary<Json> {
  return kinds.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1] ?? whatever;
}
