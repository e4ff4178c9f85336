import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { core, NULL, shown, stored } from '../support.ts';
import { OPERATIONS, type OperationName } from './operations.ts';

const DATASET = 'urn:ngsi-ld:Dataset:1';
const OTHER = 'urn:ngsi-ld:Dataset:2';
const two = [{ value: 1 }, { value: 2, datasetId: DATASET }];

/** An operation on the Attribute `a`: what was there, the body, what is there then, and what changed. */
interface Cell {
  readonly operation: OperationName;
  readonly what: string;
  readonly before?: Json;
  readonly body: JsonObject;
  readonly after: Json | undefined;
  readonly changes: readonly string[];
  readonly notUpdated?: readonly string[];
}

const cell = (
  operation: OperationName,
  what: string,
  before: Json | undefined,
  body: JsonObject,
  after: Json | undefined,
  changes: string,
  notUpdated?: readonly string[],
): Cell => ({
  operation,
  what,
  ...(before !== undefined && { before }),
  body,
  after,
  changes: changes === '' ? [] : changes.split(', '),
  ...(notUpdated && { notUpdated }),
});

const rich = { value: 1, unitCode: 'CEL', observedAt: '2026-01-01T00:00:00Z', accuracy: 0.5 };
const point = { type: 'Point', coordinates: [4, 51] };

const cells: readonly Cell[] = [
  // Append (clause 5.6.3)
  cell('append', 'adds an absent Attribute', undefined, { a: 2 }, 2, 'created'),
  cell('append', 'replaces a present one whole', rich, { a: { value: 2 } }, 2, 'updated'),
  cell(
    'append',
    'replaces the instance of a known dataset',
    two,
    { a: { value: 3, datasetId: DATASET } },
    [{ value: 1 }, { value: 3, datasetId: DATASET }],
    'updated',
  ),
  cell(
    'append',
    'adds the instance of an unknown dataset',
    1,
    { a: { value: 3, datasetId: DATASET } },
    [{ value: 1 }, { value: 3, datasetId: DATASET }],
    'created',
  ),
  cell(
    'append',
    'takes several instances at once',
    { value: 2, datasetId: DATASET },
    { a: [{ value: 1 }, { value: 9, datasetId: DATASET }, { value: 3, datasetId: OTHER }] },
    [{ value: 9, datasetId: DATASET }, { value: 1 }, { value: 3, datasetId: OTHER }],
    'created, updated, created',
  ),
  cell('append', 'changes the kind', 1, { a: { object: 'urn:x:1' } }, { object: 'urn:x:1' }, 'updated'),
  cell('append', 'of what is equal is no change', rich, { a: rich }, rich, ''),

  // Append with noOverwrite
  cell('noOverwrite', 'adds an absent Attribute', undefined, { a: 2 }, 2, 'created'),
  cell('noOverwrite', 'leaves a present one', rich, { a: 2 }, rich, '', ['a']),
  cell(
    'noOverwrite',
    'adds the instance of an unknown dataset, and leaves the other',
    1,
    { a: two },
    two,
    'created',
    ['a'],
  ),

  // Update (clause 5.6.2)
  cell('update', 'appends an absent Attribute', undefined, { a: 2 }, 2, 'created'),
  cell('update', 'replaces a present one whole', rich, { a: { value: 2 } }, 2, 'updated'),
  cell(
    'update',
    'appends the instance of an unknown dataset',
    1,
    { a: { value: 3, datasetId: DATASET } },
    [{ value: 1 }, { value: 3, datasetId: DATASET }],
    'created',
  ),
  cell(
    'update',
    'replaces the default instance alone',
    two,
    { a: 9 },
    [{ value: 9 }, { value: 2, datasetId: DATASET }],
    'updated',
  ),
  cell('update', 'changes the kind', 1, { a: point }, point, 'updated'),
  cell('update', 'deletes by a bare null', rich, { a: NULL }, undefined, 'deleted'),
  cell('update', 'deletes by a null value', rich, { a: { value: NULL } }, undefined, 'deleted'),
  cell(
    'update',
    'deletes the instance of a dataset',
    two,
    { a: { value: NULL, datasetId: DATASET } },
    1,
    'deleted',
  ),
  cell(
    'update',
    'deletes the default instance alone',
    two,
    { a: NULL },
    { value: 2, datasetId: DATASET },
    'deleted',
  ),
  cell('update', 'says what it could not delete', undefined, { a: NULL }, undefined, '', ['a']),
  cell(
    'update',
    'says which instance it could not delete',
    1,
    { a: { value: NULL, datasetId: DATASET } },
    1,
    '',
    ['a'],
  ),
  cell(
    'update',
    'takes a null sub-Attribute for none',
    rich,
    { a: { value: 2, accuracy: NULL } },
    2,
    'updated',
  ),
  cell('update', 'of what is equal is no change', rich, { a: rich }, rich, ''),

  // Partial update (clauses 5.6.4, 5.5.8)
  cell(
    'partial',
    'keeps the members that are not sent',
    rich,
    { value: 2 },
    { ...rich, value: 2 },
    'updated',
  ),
  cell(
    'partial',
    'takes members without a value',
    rich,
    { unitCode: 'FAH' },
    { ...rich, unitCode: 'FAH' },
    'updated',
  ),
  cell(
    'partial',
    'removes members by null',
    rich,
    { unitCode: NULL, observedAt: NULL, accuracy: NULL },
    1,
    'updated',
  ),
  cell(
    'partial',
    'replaces a sub-Attribute whole',
    { value: 1, s: rich },
    { s: { value: 2 } },
    { value: 1, s: 2 },
    'updated',
  ),
  cell('partial', 'adds a sub-Attribute', 1, { s: 5 }, { value: 1, s: 5 }, 'updated'),
  cell(
    'partial',
    'replaces an object value whole',
    { street: 'A', city: 'B' },
    { value: { street: 'C' } },
    { street: 'C' },
    'updated',
  ),
  cell(
    'partial',
    'addresses the instance of a dataset',
    two,
    { value: 3, datasetId: DATASET },
    [{ value: 1 }, { value: 3, datasetId: DATASET }],
    'updated',
  ),
  cell(
    'partial',
    'deletes the instance by a null value',
    two,
    { value: NULL },
    { value: 2, datasetId: DATASET },
    'deleted',
  ),
  cell('partial', 'of what is equal is no change', rich, { value: 1, unitCode: 'CEL' }, rich, ''),

  // Replace attribute (clause 5.6.19)
  cell('replaceAttribute', 'replaces whole', rich, { value: 2 }, 2, 'updated'),
  cell('replaceAttribute', 'changes the kind', rich, { object: 'urn:x:1' }, { object: 'urn:x:1' }, 'updated'),
  cell(
    'replaceAttribute',
    'replaces the instance of a dataset',
    two,
    { value: 3, datasetId: DATASET },
    [{ value: 1 }, { value: 3, datasetId: DATASET }],
    'updated',
  ),
  cell('replaceAttribute', 'of what is equal is no change', rich, rich, rich, ''),

  // Merge (clauses 5.6.17, 5.5.12)
  cell('merge', 'adds an absent Attribute', undefined, { a: 2 }, 2, 'created'),
  cell(
    'merge',
    'keeps the members that are not sent',
    rich,
    { a: { value: 2 } },
    { ...rich, value: 2 },
    'updated',
  ),
  cell(
    'merge',
    'goes into object values, null removing members',
    { value: { street: 'A', city: { name: 'B', zip: '1' }, country: 'C' } },
    { a: { value: { street: 'D', city: { zip: NULL }, country: NULL } } },
    { street: 'D', city: { name: 'B' } },
    'updated',
  ),
  cell('merge', 'replaces arrays whole', [1, 2, 3], { a: [9] }, [9], 'updated'),
  cell(
    'merge',
    'goes into language maps',
    { languageMap: { en: 'bell', nl: 'klok' } },
    { a: { languageMap: { nl: NULL, fr: 'cloche' } } },
    { languageMap: { en: 'bell', fr: 'cloche' } },
    'updated',
  ),
  cell(
    'merge',
    'replaces JSON whole',
    { json: { a: 1, b: 2 } },
    { a: { json: { a: 3 } } },
    { json: { a: 3 } },
    'updated',
  ),
  cell(
    'merge',
    'replaces geometries whole',
    point,
    { a: { ...point, coordinates: [5, 52] } },
    { ...point, coordinates: [5, 52] },
    'updated',
  ),
  cell(
    'merge',
    'goes into sub-Attributes, at every depth',
    { value: 1, s: { value: 2, unitCode: 'CEL', t: { value: 3, unitCode: 'MTR' } } },
    { a: { type: 'Property', s: { type: 'Property', t: { value: 4 } } } },
    { value: 1, s: { value: 2, unitCode: 'CEL', t: { value: 4, unitCode: 'MTR' } } },
    'updated',
  ),
  cell(
    'merge',
    'removes sub-Attributes by null',
    { value: 1, s: 2, t: 3 },
    { a: { type: 'Property', s: NULL } },
    { value: 1, t: 3 },
    'updated',
  ),
  cell(
    'merge',
    'removes members by null',
    rich,
    { a: { unitCode: NULL, observedAt: NULL, accuracy: NULL } },
    1,
    'updated',
  ),
  cell('merge', 'deletes by a bare null', two, { a: NULL }, { value: 2, datasetId: DATASET }, 'deleted'),
  cell(
    'merge',
    'deletes the instance of a dataset',
    two,
    { a: { value: NULL, datasetId: DATASET } },
    1,
    'deleted',
  ),
  cell('merge', 'takes the deletion of what is not there for done', undefined, { a: NULL }, undefined, ''),
  cell(
    'merge',
    'adds the instance of an unknown dataset',
    1,
    { a: { value: 3, datasetId: DATASET } },
    [{ value: 1 }, { value: 3, datasetId: DATASET }],
    'created',
  ),
  cell(
    'merge',
    'into nothing drops the removals',
    undefined,
    { a: { value: { b: 1, c: NULL } } },
    { b: 1 },
    'created',
  ),
  cell('merge', 'of what is equal is no change', rich, { a: { value: 1 } }, rich, ''),

  // Replace entity (clause 5.6.18)
  cell('replaceEntity', 'replaces what is sent', rich, { a: 2 }, 2, 'updated'),
  cell('replaceEntity', 'removes what is not sent', rich, {}, undefined, 'deleted'),
  cell('replaceEntity', 'adds what was absent', undefined, { a: 2 }, 2, 'created'),
  cell('replaceEntity', 'removes the instances that are not sent', two, { a: 1 }, 1, 'deleted'),
  cell('replaceEntity', 'changes the kind', 1, { a: point }, point, 'updated'),
  cell('replaceEntity', 'by what is equal is no change', two, { a: two }, two, ''),

  // Delete attribute (clause 5.6.5)
  cell('deleteAttribute', 'deletes the only instance', rich, {}, undefined, 'deleted'),
  cell(
    'deleteAttribute',
    'deletes the default instance alone',
    two,
    {},
    { value: 2, datasetId: DATASET },
    'deleted',
  ),
  cell('deleteAttribute', 'deletes the instance of a dataset', two, { datasetId: DATASET }, 1, 'deleted'),
  cell('deleteAttribute', 'deletes all', two, { deleteAll: true }, undefined, 'deleted, deleted'),
];

describe('what each operation does to an Attribute (clause 5.6)', () => {
  it.each(cells)('$operation $what', ({ operation, before, body, after, changes, notUpdated }) => {
    const current = stored({ other: 'untouched', ...(before !== undefined && { a: before }) });
    const effect = OPERATIONS[operation](
      current,
      operation === 'replaceEntity' ? { other: 'untouched', ...body } : body,
    );
    const result = effect.change?.entity ?? current;
    expect(shown(result)).toEqual({
      ...shown(stored({ other: 'untouched' })),
      ...(after !== undefined && { a: after }),
    });
    expect((effect.change?.attributes ?? []).map(({ kind }) => kind)).toEqual(changes);
    expect((effect.notUpdated ?? []).map(({ attribute }) => core.compact(attribute))).toEqual(
      notUpdated ?? [],
    );
    if (changes.length === 0) expect(effect.change).toBeUndefined();
  });
});
