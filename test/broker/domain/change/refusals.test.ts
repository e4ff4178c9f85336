import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../broker/domain/entity.ts';
import type { ErrorType } from '../../../../broker/domain/errors.ts';
import { NULL, refusalOf, stored } from '../support.ts';
import { OPERATIONS, type OperationName } from './operations.ts';

const DATASET = 'urn:ngsi-ld:Dataset:1';
type Refusal = readonly [operation: OperationName, body: JsonObject, type: ErrorType, detail: RegExp];

const refusals: readonly Refusal[] = [
  // Where the instance that is addressed does not exist (clauses 5.6.4, 5.6.5, 5.6.19)
  ['partial', { value: 2, datasetId: DATASET }, 'ResourceNotFound', /datasetId urn:ngsi-ld:Dataset:1/],
  ['replaceAttribute', { value: 2, datasetId: DATASET }, 'ResourceNotFound', /datasetId urn/],
  ['deleteAttribute', { datasetId: DATASET }, 'ResourceNotFound', /datasetId urn/],

  // The kind stays (clauses 5.6.4.4, 5.6.17.4)
  ['partial', { object: 'urn:x:1' }, 'BadRequestData', /is a Property and cannot become a Relationship/],
  ['partial', { type: 'Relationship' }, 'BadRequestData', /cannot become a Relationship/],
  ['merge', { a: { object: 'urn:x:1' } }, 'BadRequestData', /cannot become a Relationship/],
  ['merge', { a: { type: 'GeoProperty' } }, 'BadRequestData', /cannot become a GeoProperty/],
  ['merge', { a: { s: { object: 'urn:x:1' } } }, 'BadRequestData', /\/s is a Property/],

  // NGSI-LD Null where nothing can be removed (clause 5.5.4)
  ...(['append', 'noOverwrite', 'replaceEntity'] as const).flatMap((operation): readonly Refusal[] => [
    [operation, { a: NULL }, 'BadRequestData', /urn:ngsi-ld:null/],
    [operation, { a: { value: NULL } }, 'BadRequestData', /urn:ngsi-ld:null/],
    [operation, { a: { object: NULL } }, 'BadRequestData', /urn:ngsi-ld:null/],
    [operation, { a: { languageMap: { '@none': NULL } } }, 'BadRequestData', /urn:ngsi-ld:null/],
    [operation, { a: { valueList: [NULL] } }, 'BadRequestData', /urn:ngsi-ld:null/],
    [operation, { a: { value: { b: { c: NULL } } } }, 'BadRequestData', /only a merge takes/],
    [operation, { a: { value: 1, s: NULL } }, 'BadRequestData', /urn:ngsi-ld:null/],
    [operation, { a: { value: 1, unitCode: NULL } }, 'BadRequestData', /unitCode/],
    [operation, { a: { value: 1, observedAt: NULL } }, 'BadRequestData', /observedAt/],
    [operation, { scope: NULL }, 'BadRequestData', /scope/],
    [operation, { expiresAt: NULL }, 'BadRequestData', /expiresAt/],
  ]),
  ['replaceAttribute', { value: NULL }, 'BadRequestData', /urn:ngsi-ld:null/],
  ['update', { a: { value: { b: NULL } } }, 'BadRequestData', /only a merge takes/],
  ['partial', { value: { b: NULL } }, 'BadRequestData', /only a merge takes/],
  ['merge', { a: { value: [1, NULL] } }, 'BadRequestData', /for a member of an object value/],
  ['merge', { a: { value: { b: [{ c: NULL }] } } }, 'BadRequestData', /outside arrays/],
  ['merge', { a: { valueList: [{ c: NULL }] } }, 'BadRequestData', /outside arrays/],

  // Neither a datasetId nor a type can be removed (clauses 5.5.8, 5.5.12)
  ['update', { a: { value: 1, datasetId: NULL } }, 'BadRequestData', /datasetId of a/],
  ['partial', { value: 1, datasetId: NULL }, 'BadRequestData', /datasetId/],
  ['merge', { a: { value: 1, datasetId: NULL } }, 'BadRequestData', /datasetId of a/],
  ['update', { type: NULL }, 'BadRequestData', /cannot be removed/],
  ['merge', { type: [NULL] }, 'BadRequestData', /cannot be removed/],

  // What the kind does not have
  ['partial', { objectType: 'T' }, 'BadRequestData', /objectType, which a Property cannot have/],
  ['merge', { a: { objectType: 'T' } }, 'BadRequestData', /objectType, which a Property cannot have/],

  // A fragment for nothing needs a value
  ['merge', { b: { type: 'Property', unitCode: 'CEL' } }, 'BadRequestData', /b does not exist/],
  ['partial', { t: { type: 'Property' } }, 'BadRequestData', /t has no value/],

  // An id in the body has to be that of the Entity (clause 5.6.2)
  ...(['append', 'update', 'merge'] as const).map(
    (operation): Refusal => [operation, { id: 'urn:x:other' }, 'BadRequestData', /not the id of the Entity/],
  ),
];

describe('what the operations refuse, leaving everything as it was', () => {
  it.each(refusals)('%s of %j: %s', (operation, body, type, detail) => {
    const current = stored({ a: { value: 1, s: 2 } });
    const before = structuredClone(current);
    const refusal = refusalOf(() => OPERATIONS[operation](current, body));
    expect(refusal.type).toBe(type);
    expect(refusal.message).toMatch(detail);
    expect(current).toEqual(before);
  });

  it.each(['partial', 'replaceAttribute'] as const)('%s of an Attribute that is not there', (operation) => {
    const refusal = refusalOf(() => OPERATIONS[operation](stored(), { value: 1 }));
    expect(refusal.type).toBe('ResourceNotFound');
    expect(refusal.message).toMatch(/urn:ngsi-ld:Room:1 has no Attribute .*: the default instance/);
  });

  it.each([{}, { deleteAll: true }])('deletion of an Attribute that is not there: %j', (options) => {
    expect(refusalOf(() => OPERATIONS.deleteAttribute(stored(), options)).type).toBe('ResourceNotFound');
  });

  it('deletion of the default instance when only those of datasets are there', () => {
    const current = stored({ a: { value: 1, datasetId: DATASET } });
    expect(refusalOf(() => OPERATIONS.deleteAttribute(current, {})).message).toMatch(/the default instance/);
  });
});
