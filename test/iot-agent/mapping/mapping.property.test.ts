import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compileExpression,
  ExpressionError,
} from '../../../iot-agent/mapping/expressions/compile-expression.ts';
import { MAX_SIZE } from '../../../iot-agent/mapping/expressions/operand.ts';
import { TRANSFORM_NAMES } from '../../../iot-agent/mapping/expressions/transforms/transforms.ts';
import { plainToEntity } from '../../../iot-agent/mapping/plain-to-entity.ts';
import type { Json } from '../../../iot-agent/measurement.ts';
import type { ActiveAttribute, Device, StaticAttribute } from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT, plainDevice } from './sample-device.ts';

const key = fc.constantFrom(
  'a',
  'b',
  't',
  'level',
  'id',
  'type',
  'TimeInstant',
  '__proto__',
  'constructor',
  '?',
);
/** As it is read: without minus zero. */
const json = fc.json({ maxDepth: 3 }).map((written) => JSON.parse(written) as Json);
const measure = fc.dictionary(fc.oneof(key, fc.string({ maxLength: 5 })), json, { maxKeys: 6 });

/** Expressions that are mostly well formed. */
const { expression } = fc.letrec<{ operand: string; expression: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'a',
      'b.c',
      'level',
      'oldCtxt.a',
      'null',
      '1',
      '-0.5',
      '"x"',
      'true',
      '[1, a]',
      '{k: b}',
      'b[.c > 1]',
    ),
    tie('expression').map((text) => `(${text})`),
  ),
  expression: fc.oneof(
    { depthSize: 'small' },
    tie('operand'),
    fc
      .tuple(
        tie('operand'),
        fc.constantFrom('+', '-', '*', '/', '//', '%', '^', '==', '<', '&&', '||', 'in'),
        tie('operand'),
      )
      .map((parts) => parts.join(' ')),
    fc
      .tuple(tie('operand'), tie('operand'), tie('operand'))
      .map(([test, one, two]) => `${test} ? ${one} : ${two}`),
    fc.tuple(tie('operand'), tie('operand')).map(([list, place]) => `b[${list}] + a[${place}]`),
    fc
      .tuple(tie('operand'), fc.constantFrom(...TRANSFORM_NAMES), fc.array(tie('operand'), { maxLength: 3 }))
      .map(([value, name, args]) => `${value}|${name}(${args.join(', ')})`),
  ),
}));
const text = fc.oneof(
  { weight: 4, arbitrary: expression },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);

const type = fc.constantFrom(
  'Number',
  'Text',
  'Boolean',
  'geo:json',
  'geo:point',
  'Relationship',
  'DateTime',
  'Date',
  'Polygon',
  'Odd',
);
const metadata = fc.dictionary(
  fc.constantFrom('unitCode', 'observedAt', 'datasetId', 'accuracy', 'TimeInstant', '__proto__'),
  fc.record({ type, value: json, expression: text }, { requiredKeys: ['value'] }),
  { maxKeys: 2 },
);
const attribute: fc.Arbitrary<ActiveAttribute> = fc.record(
  {
    name: fc.oneof(key, fc.constantFrom('temperature', 'location', 'TimeInstant')),
    type,
    object_id: key,
    metadata,
    expression: text,
    skipValue: json,
    entity_name: text,
    entity_type: fc.constantFrom('Room', 'WasteContainer', 'ParkingSpot'),
    quantity: fc.constantFrom('temperature', 'distance', 'location', 'nothing'),
    unit: fc.constantFrom('FAH', 'cm', 'x'),
  },
  { requiredKeys: ['name', 'type'] },
);
const staticAttribute: fc.Arbitrary<StaticAttribute> = fc.record(
  {
    name: key,
    type,
    value: json,
    metadata,
    link: fc.record({
      attributes: fc.array(key, { maxLength: 3 }),
      name: key,
      type: fc.constant('Building'),
    }),
  },
  { requiredKeys: ['name', 'type', 'value'] },
);
const device: fc.Arbitrary<Partial<Device>> = fc.record(
  {
    entityType: fc.constantFrom('Thing', 'Device', 'WasteContainer', 'AirQualityObserved'),
    attributes: fc.array(attribute, { maxLength: 4 }),
    staticAttributes: fc.array(staticAttribute, { maxLength: 2 }),
    explicitAttrs: fc.oneof(fc.boolean(), text, fc.array(key, { maxLength: 2 })),
    unmapped: fc.constantFrom('drop', 'keep', 'quarantine'),
    entityNameExp: text,
    timezone: fc.constantFrom('Europe/Brussels', 'UTC'),
    payloadType: fc.constantFrom('iotagent', 'ngsiv2', 'ngsild'),
  },
  { requiredKeys: [] },
);

describe('the mapping', () => {
  it('never throws, whatever is configured and sent, and is the same again', () => {
    fc.assert(
      fc.property(device, measure, (overrides, values) => {
        const registered = plainDevice(overrides);
        const mapped = plainToEntity(registered, values, OBSERVED_AT);
        expect(plainToEntity(registered, values, OBSERVED_AT)).toEqual(mapped);
        const entities = mapped.kind === 'entities' ? mapped.entities : [];
        const ids = entities.map(({ entity }) => entity.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(JSON.parse(JSON.stringify(entities))).toEqual(entities);
        expect(mapped.kind !== 'entities' || entities.length > 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('computes nothing but JSON within bounds, or says why not', () => {
    fc.assert(
      fc.property(text, measure, (written, values) => {
        let result: Json | undefined;
        try {
          const scope = { variables: new Map(Object.entries(values)), now: OBSERVED_AT / 1000 };
          result = compileExpression(written).evaluate(scope);
        } catch (error) {
          expect((error as Error).message.length).toBeGreaterThan(0);
          if (error instanceof ExpressionError) expect(error.message).not.toContain('undefined is not');
          return;
        }
        if (result === undefined) return;
        const size = JSON.stringify(result).length;
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(size).toBeLessThan(MAX_SIZE * 7);
      }),
      { numRuns: 5000 },
    );
  });
});
