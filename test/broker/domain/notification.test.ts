import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../broker/domain/change/changes.ts';
import { deleteEntity } from '../../../broker/domain/change/entity-changes.ts';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { notificationBody } from '../../../broker/domain/notification.ts';
import { readMembers, toSubscription } from '../../../broker/domain/subscription/subscription-document.ts';
import { OPERATIONS, type OperationName } from './change/operations.ts';
import { core, ID, NOW, NULL, stored } from './support.ts';

interface Given {
  readonly change: Change | undefined;
  readonly notification?: JsonObject;
  readonly accept?: string;
  readonly lang?: string;
  readonly datasetId?: Json;
  /** Further members of the Subscription. */
  readonly members?: JsonObject;
  readonly contextReference?: Json;
}

/** The body of the notification of one change, to a Subscription with these parameters. */
function bodyOf({
  change,
  notification,
  accept,
  lang,
  datasetId,
  members: more,
  contextReference,
}: Given): JsonObject {
  if (change === undefined) throw new Error('Nothing changed.');
  const endpoint = { uri: 'http://receiver.example/', ...(accept !== undefined && { accept }) };
  const members = readMembers(
    {
      type: 'Subscription',
      entities: [{ type: 'Room' }],
      notification: { endpoint, ...notification },
      ...(lang !== undefined && { lang }),
      ...(datasetId !== undefined && { datasetId }),
      ...more,
    },
    core,
  );
  return notificationBody({
    id: 'urn:ngsi-ld:Notification:1',
    subscription: toSubscription({ id: 'urn:ngsi-ld:Subscription:1', members }),
    notifiedAt: NOW + 500_000,
    changes: [{ change, at: NOW }],
    vocabulary: core,
    ...(contextReference !== undefined && { contextReference }),
  });
}

function dataOf(given: Given): Json {
  return (bodyOf(given)['data'] as readonly Json[])[0] as Json;
}

function changeBy(operation: OperationName, before: JsonObject, body: JsonObject): Change | undefined {
  return OPERATIONS[operation](stored(before), body).change;
}

const point = { type: 'Point', coordinates: [4.35, 50.85] };
const updated = changeBy(
  'append',
  { scope: '/A', a: 1, b: { object: 'urn:x:1' }, location: point },
  { a: 2 },
);

describe('a notification (clause 5.3.1)', () => {
  it('tells who it is, of which Subscription and when, and holds the Entity after the change', () => {
    expect(bodyOf({ change: updated })).toEqual({
      id: 'urn:ngsi-ld:Notification:1',
      type: 'Notification',
      subscriptionId: 'urn:ngsi-ld:Subscription:1',
      notifiedAt: '2026-01-01T00:00:01.5Z',
      data: [
        {
          id: ID,
          type: 'Room',
          scope: '/A',
          a: { type: 'Property', value: 2 },
          b: { type: 'Relationship', object: 'urn:x:1' },
          location: { type: 'GeoProperty', value: point },
        },
      ],
    });
  });

  it('carries the @context in each Entity, or in the FeatureCollection', () => {
    const contextReference = 'http://example.org/context.jsonld';
    expect(dataOf({ change: updated, contextReference })).toMatchObject({ '@context': contextReference });
    const { data } = bodyOf({ change: updated, accept: 'application/geo+json', contextReference });
    expect(data).toMatchObject({ type: 'FeatureCollection', '@context': contextReference });
  });

  it('holds Features for GeoJSON', () => {
    const { data } = bodyOf({
      change: updated,
      accept: 'application/geo+json',
      notification: { format: 'simplified', pick: ['a'] },
    });
    expect(data).toEqual({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', geometry: point, properties: { a: 2 } }],
    });
  });
});

describe('what a Subscription says of the Entities in its notifications (clause 5.2.14)', () => {
  it.each<readonly [notification: JsonObject, data: JsonObject]>([
    [
      { format: 'concise', attributes: ['a'] },
      { id: ID, type: 'Room', scope: '/A', a: 2 },
    ],
    [
      { format: 'keyValues', attributes: ['b'] },
      { id: ID, type: 'Room', scope: '/A', b: 'urn:x:1' },
    ],
    [
      { format: 'simplified', omit: ['location', 'scope'] },
      { id: ID, type: 'Room', a: 2, b: 'urn:x:1' },
    ],
    [
      { format: 'simplified', pick: ['id', 'a'] },
      { id: ID, a: 2 },
    ],
    [
      { format: 'simplified', pick: ['id', 'a', 'b'], omit: ['scope'] },
      { id: ID, a: 2, b: 'urn:x:1' },
    ],
    [
      { format: 'simplified', attributes: ['a', 'b'], omit: ['b'] },
      { id: ID, type: 'Room', scope: '/A', a: 2 },
    ],
    [{ format: 'simplified', pick: ['missing'] }, {}],
    [
      { format: 'concise', attributes: ['a'], sysAttrs: true },
      {
        id: ID,
        type: 'Room',
        scope: '/A',
        createdAt: '2026-01-01T00:00:00Z',
        modifiedAt: '2026-01-01T00:00:01Z',
        a: { value: 2, createdAt: '2026-01-01T00:00:00Z', modifiedAt: '2026-01-01T00:00:01Z' },
      },
    ],
  ])('%j', (notification, data) => {
    expect(dataOf({ change: updated, notification })).toEqual(data);
  });

  it('lang makes plain strings of LanguageProperties', () => {
    const change = changeBy('append', {}, { a: { languageMap: { en: 'bell', nl: 'klok' } } });
    expect(dataOf({ change, lang: 'nl', notification: { format: 'simplified' } })).toMatchObject({
      a: 'klok',
    });
  });
});

describe('what was deleted (clause 5.8.6)', () => {
  const times = {
    createdAt: '2026-01-01T00:00:00Z',
    modifiedAt: '2026-01-01T00:00:01Z',
    deletedAt: '2026-01-01T00:00:01Z',
  };
  const dataset = { value: 2, datasetId: 'urn:d:1' };

  it('an Entity is only its id, its type and when', () => {
    const change = deleteEntity(stored({ type: ['Room', 'Hall'], a: 1 }), NOW);
    const gone = { id: ID, type: ['Room', 'Hall'], deletedAt: '2026-01-01T00:00:01Z' };
    expect(dataOf({ change })).toEqual(gone);
    expect(dataOf({ change, notification: { format: 'simplified', attributes: ['a'] } })).toEqual(gone);
    expect(dataOf({ change, notification: { sysAttrs: true } })).toEqual({
      ...gone,
      createdAt: '2026-01-01T00:00:00Z',
      modifiedAt: '2026-01-01T00:00:00Z',
    });
  });

  it.each([
    [['attributeDeleted'], { a: { type: 'Property', value: NULL } }],
    [['attributeDeleted', 'entityDeleted'], {}],
  ])('an Entity whose watched Attributes went, to a Subscription to %j', (notificationTrigger, shown) => {
    const change = deleteEntity(stored({ a: 1, b: 2 }), NOW);
    expect(dataOf({ change, members: { notificationTrigger, watchedAttributes: ['a'] } })).toEqual({
      id: ID,
      type: 'Room',
      deletedAt: '2026-01-01T00:00:01Z',
      ...shown,
    });
  });

  it('an Entity is a Feature without a geometry for GeoJSON', () => {
    const change = deleteEntity(stored({ location: point }), NOW);
    expect(bodyOf({ change, accept: 'application/geo+json' })['data']).toEqual({
      type: 'FeatureCollection',
      features: [
        {
          id: ID,
          type: 'Feature',
          geometry: null,
          properties: { type: 'Room', deletedAt: '2026-01-01T00:00:01Z' },
        },
      ],
    });
  });

  it.each<
    readonly [
      what: string,
      before: Json,
      remove: JsonObject,
      notification: JsonObject,
      shown: Json | undefined,
    ]
  >([
    ['is NGSI-LD Null', 1, {}, {}, { type: 'Property', value: NULL }],
    ['is the bare URI, concise', { object: 'urn:x:1' }, {}, { format: 'concise' }, NULL],
    ['is the bare URI, simplified', 1, {}, { format: 'simplified', sysAttrs: true }, NULL],
    [
      'of a dataset is told by it',
      dataset,
      { datasetId: 'urn:d:1' },
      {},
      { type: 'Property', value: NULL, datasetId: 'urn:d:1' },
    ],
    [
      'of a dataset is told by it, concise',
      dataset,
      { datasetId: 'urn:d:1' },
      { format: 'concise' },
      { value: NULL, datasetId: 'urn:d:1' },
    ],
    ['tells its times', 1, {}, { sysAttrs: true }, { type: 'Property', value: NULL, ...times }],
    [
      'of a Relationship',
      { object: 'urn:x:1' },
      {},
      { sysAttrs: true },
      { type: 'Relationship', object: NULL, ...times },
    ],
    [
      'of a language map',
      { languageMap: { en: 'x' } },
      {},
      { sysAttrs: true },
      { type: 'LanguageProperty', languageMap: { '@none': NULL }, ...times },
    ],
    [
      'of a list',
      { valueList: [1] },
      {},
      { sysAttrs: true },
      { type: 'ListProperty', valueList: [NULL], ...times },
    ],
    [
      'stands beside what is left',
      [{ value: 1 }, dataset],
      {},
      {},
      [
        { type: 'Property', ...dataset },
        { type: 'Property', value: NULL },
      ],
    ],
    [
      'stands beside what is left, which is an instance then, concise',
      [{ value: [1] }, dataset],
      { datasetId: 'urn:d:1' },
      { format: 'concise' },
      [{ value: [1] }, { value: NULL, datasetId: 'urn:d:1' }],
    ],
    [
      'stands beside what is left, which is a geometry, concise',
      [{ value: point }, { value: point, datasetId: 'urn:d:1' }],
      { datasetId: 'urn:d:1' },
      { format: 'concise' },
      [{ value: point }, { value: NULL, datasetId: 'urn:d:1' }],
    ],
    [
      'stands beside what is left, simplified',
      [{ value: 1 }, dataset],
      {},
      { format: 'simplified' },
      { dataset: { 'urn:d:1': 2, '@none': NULL } },
    ],
    [
      'stands beside several that are left, simplified',
      [{ value: 1 }, dataset, { value: 3, datasetId: 'urn:d:2' }],
      { datasetId: 'urn:d:1' },
      { format: 'simplified' },
      { dataset: { '@none': 1, 'urn:d:1': NULL, 'urn:d:2': 3 } },
    ],
    [
      'is one null when all datasets go',
      [{ value: 1 }, dataset],
      { deleteAll: true },
      {},
      { type: 'Property', value: NULL },
    ],
    [
      'is one null when all datasets go, concise',
      [{ value: 1 }, dataset],
      { deleteAll: true },
      { format: 'concise' },
      NULL,
    ],
    [
      'tells its datasets one by one with what they were',
      [{ value: 1 }, dataset],
      { deleteAll: true },
      { format: 'concise', showChanges: true },
      [
        { value: NULL, previousValue: 1 },
        { value: NULL, previousValue: 2, datasetId: 'urn:d:1' },
      ],
    ],
    ['is not shown when it is not picked', 1, {}, { pick: ['id'] }, undefined],
    ['is not shown when it is no Attribute asked for', 1, {}, { attributes: ['b'] }, undefined],
    ['is not shown when it is omitted', 1, {}, { omit: ['a'] }, undefined],
    ['is shown when it is asked for', 1, {}, { attributes: ['a'] }, { type: 'Property', value: NULL }],
  ])('an Attribute %s', (_what, before, remove, notification, shown) => {
    const change = changeBy('deleteAttribute', { a: before, other: 1 }, remove);
    expect((dataOf({ change, notification }) as JsonObject)['a']).toEqual(shown);
  });

  it('an Attribute goes into the properties of a Feature', () => {
    const change = changeBy('deleteAttribute', { a: 1, location: point }, {});
    const { data } = bodyOf({ change, accept: 'application/geo+json', notification: { pick: ['a'] } });
    const gone = { type: 'Property', value: NULL };
    expect(data).toEqual({
      type: 'FeatureCollection',
      features: [{ type: 'Feature', geometry: point, properties: { a: gone } }],
    });
  });
});

describe('the datasetId of a Subscription (clause 5.8.6)', () => {
  const before = { a: [{ value: 1 }, { value: 2, datasetId: 'urn:d:1' }], b: 3 };

  it('shows instances of these datasets alone, also where they were deleted', () => {
    const change = changeBy('update', before, { a: [{ value: 5 }, { value: 6, datasetId: 'urn:d:1' }] });
    expect(dataOf({ change, datasetId: ['urn:d:1'], notification: { format: 'concise' } })).toEqual({
      id: ID,
      type: 'Room',
      a: { value: 6, datasetId: 'urn:d:1' },
    });
    const deletion = changeBy('deleteAttribute', before, { deleteAll: true });
    expect(dataOf({ change: deletion, datasetId: ['@none'], notification: { format: 'concise' } })).toEqual({
      id: ID,
      type: 'Room',
      a: NULL,
      b: 3,
    });
  });
});

describe('showChanges (clauses 5.2.14.1, 5.8.6)', () => {
  it.each<readonly [before: Json, after: Json, normalized: Json, concise: Json]>([
    [1, 2, { type: 'Property', value: 2, previousValue: 1 }, { value: 2, previousValue: 1 }],
    [
      { object: 'urn:x:1' },
      { object: 'urn:x:2' },
      { type: 'Relationship', object: 'urn:x:2', previousObject: 'urn:x:1' },
      { object: 'urn:x:2', previousObject: 'urn:x:1' },
    ],
    [
      { languageMap: { en: 'a' } },
      { languageMap: { en: 'b' } },
      { type: 'LanguageProperty', languageMap: { en: 'b' }, previousLanguageMap: { en: 'a' } },
      { languageMap: { en: 'b' }, previousLanguageMap: { en: 'a' } },
    ],
    [
      { vocab: 'on' },
      { vocab: 'off' },
      { type: 'VocabProperty', vocab: 'off', previousVocab: 'on' },
      { vocab: 'off', previousVocab: 'on' },
    ],
    [
      { objectList: ['urn:x:1'] },
      { objectList: [] },
      { type: 'ListRelationship', objectList: [], previousObjectList: [{ object: 'urn:x:1' }] },
      { objectList: [], previousObjectList: ['urn:x:1'] },
    ],
    [
      { x: 1 },
      { x: 2 },
      { type: 'Property', value: { x: 2 }, previousValue: { x: 1 } },
      { value: { x: 2 }, previousValue: { x: 1 } },
    ],
    [
      1,
      { object: 'urn:x:1' },
      { type: 'Relationship', object: 'urn:x:1', previousValue: 1 },
      { object: 'urn:x:1', previousValue: 1 },
    ],
    [
      { value: 1, s: 1 },
      { value: 1, s: 2 },
      { type: 'Property', value: 1, previousValue: 1, s: { type: 'Property', value: 2 } },
      { value: 1, previousValue: 1, s: 2 },
    ],
    [
      [{ value: 1 }, { value: 2, datasetId: 'urn:d:1' }],
      { value: 3, datasetId: 'urn:d:1' },
      [
        { type: 'Property', value: 1 },
        { type: 'Property', value: 3, datasetId: 'urn:d:1', previousValue: 2 },
      ],
      [{ value: 1 }, { value: 3, datasetId: 'urn:d:1', previousValue: 2 }],
    ],
  ])('from %j to %j', (before, after, normalized, concise) => {
    const change = changeBy('append', { a: before }, { a: after });
    const notification = { showChanges: true };
    expect(dataOf({ change, notification })).toMatchObject({ a: normalized });
    expect(dataOf({ change, notification: { ...notification, format: 'concise' } })).toMatchObject({
      a: concise,
    });
  });

  it('shows nothing before what is new or unchanged', () => {
    const change = changeBy('append', { a: 1 }, { b: 2 });
    expect(dataOf({ change, notification: { showChanges: true, format: 'concise' } })).toMatchObject({
      a: 1,
      b: 2,
    });
  });

  it('shows what was deleted, of an Entity too', () => {
    const notification = { showChanges: true };
    const gone = { type: 'Property', value: NULL, previousValue: 1 };
    expect(dataOf({ change: changeBy('deleteAttribute', { a: 1 }, {}), notification })).toMatchObject({
      a: gone,
    });
    const change = deleteEntity(stored({ a: 1 }), NOW);
    expect(dataOf({ change, notification })).toEqual({
      id: ID,
      type: 'Room',
      deletedAt: '2026-01-01T00:00:01Z',
      a: gone,
    });
  });
});

describe('ngsildConformance: what an older version of the standard has (clauses 4.3.6.8, 5.2.12)', () => {
  const before = {
    type: ['Room', 'Hall'],
    scope: '/A',
    v: { vocab: 'on' },
    l: { valueList: [1] },
    m: [{ value: 1 }, { value: 2, datasetId: 'urn:d:1' }],
  };
  const older = (
    change: Change | undefined,
    version: string,
    notification: JsonObject = {},
    more: Partial<Given> = {},
  ) => dataOf({ change, notification, ...more, members: { ngsildConformance: version } });

  it('kinds, and what they were before, in the forms that there were', () => {
    const change = changeBy('merge', before, { v: { vocab: 'off' }, l: { valueList: [2] } });
    expect(older(change, '1.6', { showChanges: true, attributes: ['v', 'l'] })).toEqual({
      id: ID,
      type: ['Room', 'Hall'],
      scope: '/A',
      v: { type: 'Property', value: 'off', previousValue: 'on' },
      l: { type: 'Property', value: [2], previousValue: [1] },
    });
    expect(older(change, '1.9', { attributes: ['v'] })).toMatchObject({ v: { type: 'VocabProperty' } });
    expect(older(change, '2.5', { attributes: ['v'] })).toMatchObject({ v: { type: 'VocabProperty' } });
  });

  it('deletions in the forms that there were', () => {
    const change = changeBy('merge', before, { v: NULL, l: NULL });
    expect(older(change, '1.6')).toMatchObject({
      v: { type: 'Property', value: NULL },
      l: { type: 'Property', value: NULL },
    });
    const gone = deleteEntity(stored(before), NOW);
    expect(older(gone, '1.0', { showChanges: true, attributes: ['v', 'm'] })).toEqual({
      id: ID,
      type: 'Room',
      deletedAt: '2026-01-01T00:00:01Z',
      v: { type: 'Property', value: NULL, previousValue: 'on' },
      m: { type: 'Property', value: NULL, previousValue: 1 },
    });
  });

  it.each<readonly [what: string, body: JsonObject, m: Json]>([
    ['the default instance', { m: { value: 5 } }, { type: 'Property', value: 5, previousValue: 1 }],
    ['another instance', { m: { value: 5, datasetId: 'urn:d:1' } }, { type: 'Property', value: 1 }],
    [
      'the loss of another instance',
      { m: { value: NULL, datasetId: 'urn:d:1' } },
      { type: 'Property', value: 1 },
    ],
  ])('where an Attribute has one instance: of %s', (_what, body, m) => {
    const change = changeBy('merge', { ...before, a: 1 }, { ...body, a: 2 });
    expect(older(change, '1.0', { showChanges: true })).toMatchObject({ type: 'Room', m });
    expect(older(change, '1.0')).not.toHaveProperty('scope');
  });

  it('of the datasets that are asked for', () => {
    const change = changeBy('merge', before, { m: { value: 5, datasetId: 'urn:d:1' } });
    const notification = { showChanges: true, attributes: ['m'] };
    expect(older(change, '1.0', notification, { datasetId: ['urn:d:1'] })).toMatchObject({
      m: { type: 'Property', value: 5, previousValue: 2 },
    });
  });
});
