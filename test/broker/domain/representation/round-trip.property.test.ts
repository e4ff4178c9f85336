import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createEntity } from '../../../../broker/domain/change/entity-changes.ts';
import type { Entity, Json } from '../../../../broker/domain/entity.ts';
import type { EntityInput } from '../../../../broker/domain/entity-input.ts';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { parseJson, stringifyJson } from '../../../../broker/domain/json-text.ts';
import { parseEntity } from '../../../../broker/domain/parsing/parse-entity.ts';
import { entityBody } from '../generated-entity.ts';
import { core, NOW, shown } from '../support.ts';

/** Undefined for the few bodies whose values JSON-LD itself refuses. */
function read(body: Json): EntityInput | undefined {
  try {
    return parseEntity(parseJson(stringifyJson(body)), core);
  } catch (error) {
    if (error instanceof NgsiLdError) return undefined;
    throw error;
  }
}

const entityOf = (input: EntityInput): Entity => createEntity(undefined, input, NOW).entity as Entity;

describe('what is given is read back as the same Entity (clauses 4.5.1 to 4.5.3: lossless)', () => {
  it.each([
    { form: 'normalized', sysAttrs: false },
    { form: 'normalized', sysAttrs: true },
    { form: 'concise', sysAttrs: false },
    { form: 'concise', sysAttrs: true },
  ] as const)('$form, sysAttrs $sysAttrs', ({ form, sysAttrs }) => {
    let taken = 0;
    fc.assert(
      fc.property(entityBody, (body) => {
        const input = read(body);
        if (input === undefined) return;
        taken++;
        const text = stringifyJson(shown(entityOf(input), { form, sysAttrs }) as Json);
        expect(parseEntity(parseJson(text), core)).toEqual(input);
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(250);
  });

  it('and a second time it is no change at all', () => {
    fc.assert(
      fc.property(entityBody, (body) => {
        const input = read(body);
        if (input === undefined) return;
        const entity = entityOf(input);
        const again = parseEntity(shown(entity, { form: 'concise' }) as Json, core);
        expect(entityOf(again)).toEqual(entity);
      }),
      { numRuns: 200 },
    );
  });
});

/** Stands in a body for a number that a double cannot hold, which only a text has. */
const huge = fc.constantFrom(
  '1e400',
  '123456789012345678901234567890',
  '0.1000000000000000055511151231257827',
);
/** Members that mean something in JSON-LD or to NGSI-LD. */
const meaningful = fc.constantFrom(
  ...[
    'type',
    '@type',
    'id',
    '@id',
    '@value',
    '@list',
    '@set',
    'value',
    'object',
    'json',
    'vocab',
    'languageMap',
  ],
  ...['valueList', 'objectList', 'datasetId', 'observedAt', 'unitCode', 'coordinates', 'entity', 'valueType'],
);
const { anything } = fc.letrec<{ anything: Json }>((tie) => ({
  anything: fc.oneof(
    { depthSize: 'small' },
    huge.map((text) => `~${text}~`),
    fc.constantFrom<Json>('Property', 'DateTime', 1, true, [], {}, 'urn:x:1'),
    fc.dictionary(meaningful, tie('anything'), { maxKeys: 3 }),
    fc.array(tie('anything'), { maxLength: 2 }),
  ),
}));

describe('a number that a double cannot hold', () => {
  it.each(['normalized', 'concise'] as const)('is read back as it was, wherever it stands, %s', (form) => {
    let taken = 0;
    const attribute = fc.oneof(
      anything.map((value): Json => ({ type: 'Property', value })),
      anything.map((json): Json => ({ type: 'JsonProperty', json })),
      fc.tuple(anything, anything).map(([value, inner]): Json => ({ value, inner: { value: inner } })),
    );
    fc.assert(
      fc.property(attribute, (a) => {
        const text = JSON.stringify({ id: 'urn:x:1', type: 'T', a }).replace(/"~([^~]*)~"/g, '$1');
        const input = read(parseJson(text));
        if (input === undefined) return;
        taken++;
        const again = stringifyJson(shown(entityOf(input), { form }) as Json);
        expect(read(parseJson(again))).toEqual(input);
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});
