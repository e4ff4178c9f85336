import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Entity, Json, JsonObject } from '../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { parseJson, stringifyJson } from '../../../broker/domain/json-text.ts';
import { parseEntity } from '../../../broker/domain/parsing/parse-entity.ts';
import { readMembers, toSubscription } from '../../../broker/domain/subscription/subscription-document.ts';
import { OPERATIONS, type OperationName } from './change/operations.ts';
import { core, ID, NULL, shown, stored } from './support.ts';

const name = fc.constantFrom(
  ...[
    'a',
    'b',
    'id',
    'type',
    '@id',
    '@type',
    '@value',
    '@context',
    '@graph',
    '@foo',
    'scope',
    'location',
    '__proto__',
  ],
  ...[
    'value',
    'object',
    'languageMap',
    'vocab',
    'json',
    'valueList',
    'objectList',
    'dataset',
    'datasetId',
    'unitCode',
  ],
  ...[
    'observedAt',
    'expiresAt',
    'valueType',
    'objectType',
    'ngsildproof',
    'coordinates',
    'constructor',
    'ngsi-ld:x',
    '',
  ],
);
const scalar = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1.5,
    '',
    'text',
    NULL,
    '@none',
    '@json',
    'Property',
    'Relationship',
    'GeoProperty',
  ),
  fc.constantFrom<Json>(
    'LanguageProperty',
    'JsonProperty',
    'Point',
    'urn:x:1',
    'DateTime',
    '2026-01-31T12:00:00Z',
    'a',
    '\u0000',
  ),
  fc.string(),
  fc.double(),
);
const { json } = fc.letrec<{ json: Json; object: JsonObject }>((tie) => ({
  json: fc.oneof({ depthSize: 'medium' }, scalar, fc.array(tie('json'), { maxLength: 3 }), tie('object')),
  object: fc
    .array(fc.tuple(name, tie('json')), { maxLength: 5 })
    .map((members) => Object.fromEntries(members) as JsonObject),
}));
/** As it comes from the wire. */
const body = fc
  .dictionary(name, json, { maxKeys: 5 })
  .map((members) => parseJson(JSON.stringify(members)) as JsonObject);

/** The result; undefined for a refusal that says what is wrong. Anything else fails. */
function answerOf<Answer>(act: () => Answer): Answer | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof NgsiLdError)) throw error;
    expect([
      'BadRequestData',
      'InvalidRequest',
      'ResourceNotFound',
      'OperationNotSupported',
      'TooComplexQuery',
    ]).toContain(error.type);
    expect(error.message.length).toBeGreaterThan(10);
    return undefined;
  }
}

function expectReadable(entity: Entity): void {
  for (const form of ['normalized', 'concise', 'simplified'] as const)
    expect(JSON.parse(stringifyJson(shown(entity, { form, sysAttrs: true }) as Json))).toMatchObject({
      id: entity.id,
    });
}

describe('whatever arrives is taken or refused in words, and leaves an Entity that can be read', () => {
  const current = stored({
    a: { value: { b: 1 }, a: 2 },
    b: { languageMap: { en: 'x' } },
    location: { type: 'Point', coordinates: [1, 2] },
  });
  const before = structuredClone(current);

  it('create', () => {
    let taken = 0;
    fc.assert(
      fc.property(body, (members) => {
        const input = answerOf(() => parseEntity({ ...members, id: ID, type: 'Room' }, core));
        if (input === undefined) return;
        taken++;
        expectReadable(stored({ ...members, id: ID, type: 'Room' }));
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it.each(Object.keys(OPERATIONS).filter((operation) => operation !== 'deleteAttribute') as OperationName[])(
    '%s',
    (operation) => {
      fc.assert(
        fc.property(body, (members) => {
          const effect = answerOf(() => OPERATIONS[operation](current, members));
          if (effect?.change?.entity !== undefined) expectReadable(effect.change.entity);
          expect(current).toEqual(before);
        }),
        { numRuns: 1000 },
      );
    },
  );

  it('a Subscription', () => {
    const member = fc.constantFrom(
      'entities',
      'watchedAttributes',
      'notification',
      'q',
      'geoQ',
      'scopeQ',
      'throttling',
      'datasetId',
      'lang',
    );
    fc.assert(
      fc.property(fc.dictionary(member, json), (members) => {
        answerOf(() => toSubscription({ id: 'urn:s:1', members: readMembers(members, core) }));
      }),
      { numRuns: 1000 },
    );
  });
});
