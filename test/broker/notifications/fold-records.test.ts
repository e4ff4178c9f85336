import { describe, expect, it } from '@jest/globals';
import type { AttributeChange, Change } from '../../../broker/domain/change/changes.ts';
import { foldRecords } from '../../../broker/notifications/fold-records.ts';
import type { ChangeRecord } from '../../../broker/store/outbox.ts';
import { START } from './fake-time.ts';
import { attribute, change, iri, lamp, record, stampOf } from './fixtures.ts';

const LEVEL = iri('level');
const DATASET = 'urn:ngsi-ld:dataset:1';

function updating(attributes: readonly AttributeChange[], more: Partial<Change> = {}): Change {
  return { ...change(lamp('urn:a')), attributes, ...more };
}

const instancesOf = (...records: readonly ChangeRecord[]) =>
  foldRecords(records).history.flatMap(({ instances }) => instances);

describe('folding change records into history', () => {
  it('makes an instance of every Attribute instance that was created or updated, as it is after the change', () => {
    const after = attribute(5, { observedAt: START - 9, modifiedAt: START + 1, unitCode: 'CMT' });
    const other = attribute(6, { datasetId: DATASET, modifiedAt: START + 1 });
    const instances = instancesOf(
      record(1, 'urn:a', {
        change: updating([
          { attribute: LEVEL, kind: 'updated', before: attribute(4), after },
          { attribute: LEVEL, kind: 'created', datasetId: DATASET, after: other },
        ]),
      }),
    );
    expect(instances).toEqual([
      {
        instanceId: `urn:ngsi-ld:Instance:${stampOf(1)}-0`,
        entityId: 'urn:a',
        attribute: LEVEL,
        kind: 'Property',
        observedAt: START - 9,
        createdAt: START,
        modifiedAt: START + 1,
        attributeInstance: after,
      },
      {
        instanceId: `urn:ngsi-ld:Instance:${stampOf(1)}-1`,
        entityId: 'urn:a',
        attribute: LEVEL,
        kind: 'Property',
        datasetId: DATASET,
        createdAt: START,
        modifiedAt: START + 1,
        attributeInstance: other,
      },
    ]);
  });

  it.each([
    ['Property', 'urn:ngsi-ld:null'],
    ['Relationship', 'urn:ngsi-ld:null'],
    ['LanguageProperty', { '@none': 'urn:ngsi-ld:null' }],
  ] as const)('records the deletion of a %s by NGSI-LD Null and deletedAt', (kind, value) => {
    const before = attribute('x', { kind, datasetId: DATASET, observedAt: START - 9, unitCode: 'CMT' });
    const at = START + 1;
    const [instance] = instancesOf(
      record(1, 'urn:a', {
        change: updating([{ attribute: LEVEL, datasetId: DATASET, kind: 'deleted', before }]),
        at,
      }),
    );
    expect(instance).toEqual({
      instanceId: `urn:ngsi-ld:Instance:${stampOf(1)}-0`,
      entityId: 'urn:a',
      attribute: LEVEL,
      kind,
      datasetId: DATASET,
      createdAt: START,
      modifiedAt: at,
      deletedAt: at,
      attributeInstance: { kind, value, datasetId: DATASET, createdAt: START, modifiedAt: at },
    });
  });

  it('records the deletion of an Entity in its Attributes and in what is kept of the Entity', () => {
    const { history } = foldRecords([
      record(3, 'urn:a', {
        change: change(lamp('urn:a', { level: 1, colour: 'red' }), 'deleted'),
        at: START + 3,
      }),
    ]);
    expect(history).toMatchObject([
      {
        entity: { id: 'urn:a', types: [iri('Lamp')], deletedAt: START + 3 },
        instances: [{ deletedAt: START + 3 }, { deletedAt: START + 3 }],
      },
    ]);
  });

  it('records scopes when an Entity has them from the start, and types and scopes when they change', () => {
    const scoped = lamp('urn:a', {}, { scopes: ['/Geel'] });
    const made = instancesOf(
      record(1, 'urn:a', { change: { ...change(scoped, 'created'), scopesChanged: true } }),
    );
    expect(made).toMatchObject([
      // observedAt copies modifiedAt (clause 4.5.6).
      { attribute: '@scope', observedAt: START + 1, attributeInstance: { value: ['/Geel'] } },
    ]);
    const both = instancesOf(
      record(2, 'urn:a', { change: { ...change(scoped), typesChanged: true, scopesChanged: true } }),
    );
    expect(both.map(({ attribute: name, instanceId }) => [name, instanceId])).toEqual([
      ['@type', `urn:ngsi-ld:Instance:${stampOf(2)}-type`],
      ['@scope', `urn:ngsi-ld:Instance:${stampOf(2)}-scope`],
    ]);
    const [gone] = instancesOf(
      record(3, 'urn:a', { change: { ...change(lamp('urn:a')), attributes: [], scopesChanged: true } }),
    );
    expect(gone).toMatchObject({
      attribute: '@scope',
      deletedAt: START + 3,
      attributeInstance: { value: [] },
    });
    expect(gone).not.toHaveProperty('observedAt');
  });

  it('takes records that notify nobody and therefore lack what history does not need', () => {
    const entity = { ...lamp('urn:a'), attributes: {} };
    const slim: ChangeRecord = {
      tenant: '',
      stamp: stampOf(1),
      notify: [],
      at: START,
      change: {
        ...change(lamp('urn:a')),
        entity,
        before: entity,
        attributes: [{ attribute: LEVEL, kind: 'updated', after: attribute(2) }],
      },
    };
    expect(foldRecords([slim])).toMatchObject({
      history: [{ instances: [{ attribute: LEVEL }] }],
      deliveries: [],
    });
  });

  it('gives an Entity once, with its latest state and all instances in order', () => {
    const { history } = foldRecords([
      record(1, 'urn:a'),
      record(2, 'urn:b'),
      record(3, 'urn:a', { change: change(lamp('urn:a', { level: 3 }, { modifiedAt: START + 3 })) }),
      record(4, 'urn:a', { tenant: 'city' }),
    ]);
    expect(history.map(({ tenant, entity }) => [tenant, entity.id])).toEqual([
      ['', 'urn:a'],
      ['', 'urn:b'],
      ['city', 'urn:a'],
    ]);
    expect(history[0]?.entity.modifiedAt).toBe(START + 3);
    expect(history[0]?.instances.map(({ attributeInstance }) => attributeInstance.value)).toEqual([1, 3]);
  });

  it('gives the same rows when it is done again', () => {
    const records = [record(1, 'urn:a'), record(2, 'urn:a', { change: change(lamp('urn:a'), 'deleted') })];
    expect(foldRecords(records)).toEqual(foldRecords(records));
  });
});

describe('folding change records into deliveries', () => {
  it('makes one for each Subscription that was matched, with the change as it was', () => {
    const one = record(7, 'urn:a', { tenant: 'city', notify: ['urn:s:1', 'urn:s:2'], correlationId: 'c-1' });
    expect(foldRecords([one]).deliveries).toEqual(
      ['urn:s:1', 'urn:s:2'].map((subscriptionId) => ({
        id: `${stampOf(7)}/${subscriptionId}`,
        tenant: 'city',
        subscriptionId,
        entityId: 'urn:a',
        order: stampOf(7),
        at: START + 7,
        change: one.change,
        correlationId: 'c-1',
      })),
    );
  });
});
