import { describe, expect, it } from '@jest/globals';
import { plainToEntity } from '../../../iot-agent/mapping/plain-to-entity.ts';
import type { PlainMeasure } from '../../../iot-agent/measurement.ts';
import type { Device } from '../../../iot-agent/registry/device.ts';
import { OBSERVED_AT, OBSERVED_AT_TEXT, POINT, plainDevice } from './sample-device.ts';

function mapPayload(overrides: Partial<Device>, payload: PlainMeasure['values']) {
  const mapped = plainToEntity(plainDevice(overrides), payload, OBSERVED_AT);
  if (mapped.kind !== 'entities') return mapped;
  return mapped.entities.map(({ entity }) => entity);
}

describe('an Entity that a device sends itself', () => {
  const v2 = {
    id: 'Room1',
    type: 'Room',
    temperature: {
      type: 'Number',
      value: '21.5',
      metadata: { unitCode: { type: 'Text', value: 'CEL' }, accuracy: { type: 'Number', value: 0.5 } },
    },
    location: { type: 'geo:point', value: '50.99, 4.55' },
    gone: { type: 'Text', value: null },
    plain: 5,
  };

  it('in NGSI v2 form becomes the Entity of the device; what it calls id and type are values', () => {
    expect(mapPayload({ payloadType: 'ngsiv2' }, v2)).toEqual([
      {
        id: 'urn:ngsi-ld:Thing:d1',
        type: 'Thing',
        measure_id: { type: 'Property', value: 'Room1', observedAt: OBSERVED_AT_TEXT },
        measure_type: { type: 'Property', value: 'Room', observedAt: OBSERVED_AT_TEXT },
        temperature: {
          type: 'Property',
          value: 21.5,
          unitCode: 'CEL',
          accuracy: { type: 'Property', value: 0.5 },
          observedAt: OBSERVED_AT_TEXT,
        },
        location: { type: 'GeoProperty', value: POINT, observedAt: OBSERVED_AT_TEXT },
        plain: { type: 'Property', value: 5, observedAt: OBSERVED_AT_TEXT },
      },
    ]);
    expect(mapPayload({ payloadType: 'ngsiv2' }, { t: { type: 'Number', value: 'warm' } })).toMatchObject({
      kind: 'invalid',
      attribute: 't',
    });
  });

  it('keeps its own name by entityNameExp, and its metadata in expressions', () => {
    const attributes = [{ name: 'doubt', type: 'Number', expression: 'metadata.temperature.accuracy * 2' }];
    const device = { payloadType: 'ngsiv2', entityNameExp: 'measure_id', attributes } as const;
    expect(mapPayload(device, v2)).toMatchObject([{ id: 'urn:ngsi-ld:Thing:Room1', doubt: { value: 1 } }]);
  });

  it('may come in a batch: each Entity once, with what was said of it last', () => {
    const room = (id: string, t: number) => ({ id, type: 'Room', t: { type: 'Number', value: t } });
    const batch = { actionType: 'append', entities: [room('a', 1), room('b', 2), room('a', 3)] };
    const device = { payloadType: 'ngsiv2', entityNameExp: 'measure_id' } as const;
    expect(mapPayload(device, batch)).toMatchObject([
      { id: 'urn:ngsi-ld:Thing:a', t: { value: 3 } },
      { id: 'urn:ngsi-ld:Thing:b', t: { value: 2 } },
    ]);
    expect(mapPayload(device, { entities: [] })).toMatchObject({ kind: 'nothing' });
  });

  it('in NGSI-LD form, normalized, concise or simplified, keeps its Attributes (clause 4.5)', () => {
    const payload = {
      '@context': 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld',
      id: 'urn:ngsi-ld:Room:1',
      normalized: {
        type: 'Property',
        value: 1,
        unitCode: 'CEL',
        observedAt: '2026-11-24T09:00:00Z',
        createdAt: '2020-01-01T00:00:00Z',
      },
      concise: { value: 2, unitCode: 'CEL' },
      room: { object: 'urn:ngsi-ld:Room:2' },
      words: { languageMap: { nl: 'hoi' } },
      simplified: 3,
      structure: { a: 1 },
      odd: { type: 'Odd', value: 4 },
    };
    const observedAt = OBSERVED_AT_TEXT;
    expect(mapPayload({ payloadType: 'ngsild' }, payload)).toEqual([
      {
        id: 'urn:ngsi-ld:Thing:d1',
        type: 'Thing',
        measure_id: { type: 'Property', value: 'urn:ngsi-ld:Room:1', observedAt },
        normalized: { type: 'Property', value: 1, unitCode: 'CEL', observedAt: '2026-11-24T09:00:00Z' },
        concise: { type: 'Property', value: 2, unitCode: 'CEL', observedAt },
        room: { type: 'Relationship', object: 'urn:ngsi-ld:Room:2', observedAt },
        words: { type: 'LanguageProperty', languageMap: { nl: 'hoi' }, observedAt },
        simplified: { type: 'Property', value: 3, observedAt },
        structure: { type: 'Property', value: { a: 1 }, observedAt },
        odd: { type: 'Property', value: { type: 'Odd', value: 4 }, observedAt },
      },
    ]);
  });
});
