import type { Json } from '../../../../broker/domain/entity.ts';
import type { ErrorType } from '../../../../broker/domain/errors.ts';
import { NULL } from '../support.ts';
import type { OperationName } from './operations.ts';

const D = 'urn:ngsi-ld:Dataset:1';

/** The columns: every operation that is sent an Attribute. */
export type Column = Exclude<OperationName, 'deleteAttribute'>;

/** What becomes of the Attribute `a`, how often an instance was told to have changed, and whether it was left alone. */
export type Outcome =
  | { readonly left: Json | undefined; readonly changes: number; readonly isNotUpdated: boolean }
  | { readonly refused: ErrorType };

const is = (left: Json | undefined, changes = 1): Outcome => ({ left, changes, isNotUpdated: false });
const notUpdated = (left: Json | undefined, changes = 0): Outcome => ({ left, changes, isNotUpdated: true });
const refused: Outcome = { refused: 'BadRequestData' };
const missing: Outcome = { refused: 'ResourceNotFound' };

/** One row: the Attribute as it is, what is sent for it, and the cells. */
interface Row {
  readonly row: string;
  readonly before: Json | undefined;
  readonly sent: Json;
  readonly cells: Readonly<Record<Column, Outcome>>;
}

/** The operations that take nothing but whole instances, and replace what is there. */
const replacing = (outcome: Outcome) => ({
  append: outcome,
  update: outcome,
  replaceAttribute: outcome,
  replaceEntity: outcome,
  upsertReplace: outcome,
  upsertUpdate: outcome,
});
/** Those of them where NGSI-LD Null has nothing to delete. */
const withoutNull = { ...replacing(refused), noOverwrite: refused };

const rich = { value: 1, unitCode: 'CEL', accuracy: 0.5 };
/** A default instance and one of a dataset. */
export const two = [{ value: 1 }, { value: 2, datasetId: D, unitCode: 'MTR' }];
const fresh = { value: 9, datasetId: D };
const deep = { value: { x: 1, y: { z: 1, w: 2 } } };
const subs = { value: 1, s: 1, t: { value: 2, unitCode: 'CEL' } };
const texts = { languageMap: { en: 'a', nl: 'b' } };

/** Every row, in the order of the absence and presence of the Attribute. */
export const rows: readonly Row[] = [
  {
    row: 'absent, sent',
    before: undefined,
    sent: { value: 9 },
    cells: {
      ...replacing(is(9)),
      noOverwrite: is(9),
      merge: is(9),
      partial: missing,
      replaceAttribute: missing,
    },
  },
  {
    row: 'absent, sent for a dataset',
    before: undefined,
    sent: fresh,
    cells: {
      ...replacing(is(fresh)),
      noOverwrite: is(fresh),
      merge: is(fresh),
      partial: missing,
      replaceAttribute: missing,
    },
  },
  {
    row: 'absent, Null sent',
    before: undefined,
    sent: { value: NULL },
    cells: { ...withoutNull, update: notUpdated(undefined), merge: is(undefined, 0), partial: missing },
  },
  {
    row: 'present, sent',
    before: rich,
    sent: { value: 9 },
    cells: {
      ...replacing(is(9)),
      noOverwrite: notUpdated(rich),
      merge: is({ ...rich, value: 9 }),
      partial: is({ ...rich, value: 9 }),
    },
  },
  {
    row: 'present, sent as it is',
    before: rich,
    sent: rich,
    cells: {
      ...replacing(is(rich, 0)),
      noOverwrite: notUpdated(rich),
      merge: is(rich, 0),
      partial: is(rich, 0),
    },
  },
  {
    row: 'present, an unknown dataset sent',
    before: rich,
    sent: fresh,
    cells: {
      ...replacing(is([rich, fresh])),
      noOverwrite: is([rich, fresh]),
      merge: is([rich, fresh]),
      partial: missing,
      replaceAttribute: missing,
      replaceEntity: is(fresh, 2),
      upsertReplace: is(fresh, 2),
    },
  },
  {
    row: 'present with a dataset, that dataset sent',
    before: two,
    sent: fresh,
    cells: {
      ...replacing(is([{ value: 1 }, fresh])),
      noOverwrite: notUpdated(two),
      merge: is([{ value: 1 }, { ...fresh, unitCode: 'MTR' }]),
      partial: is([{ value: 1 }, { ...fresh, unitCode: 'MTR' }]),
      replaceEntity: is(fresh, 2),
      upsertReplace: is(fresh, 2),
    },
  },
  {
    row: 'present for a dataset alone, the default instance sent',
    before: fresh,
    sent: { value: 1 },
    cells: {
      ...replacing(is([fresh, { value: 1 }])),
      noOverwrite: is([fresh, { value: 1 }]),
      merge: is([fresh, { value: 1 }]),
      partial: missing,
      replaceAttribute: missing,
      replaceEntity: is(1, 2),
      upsertReplace: is(1, 2),
    },
  },
  {
    row: 'present, the default and another instance sent',
    before: rich,
    sent: [{ value: 8 }, fresh],
    cells: {
      ...replacing(is([{ value: 8 }, fresh], 2)),
      noOverwrite: notUpdated([rich, fresh], 1),
      merge: is([{ ...rich, value: 8 }, fresh], 2),
      partial: { refused: 'InvalidRequest' },
      replaceAttribute: { refused: 'InvalidRequest' },
    },
  },
  {
    row: 'present, one dataset sent twice',
    before: rich,
    sent: [fresh, fresh],
    cells: {
      ...replacing(refused),
      noOverwrite: refused,
      merge: refused,
      partial: { refused: 'InvalidRequest' },
      replaceAttribute: { refused: 'InvalidRequest' },
    },
  },
  {
    row: 'present, Null sent',
    before: rich,
    sent: { value: NULL },
    cells: { ...withoutNull, update: is(undefined), merge: is(undefined), partial: is(undefined) },
  },
  {
    row: 'present with a dataset, Null sent',
    before: two,
    sent: { type: 'Property', value: NULL },
    cells: { ...withoutNull, update: is(two[1]), merge: is(two[1]), partial: is(two[1]) },
  },
  {
    row: 'present with a dataset, Null sent for that dataset',
    before: two,
    sent: { value: NULL, datasetId: D },
    cells: { ...withoutNull, update: is(1), merge: is(1), partial: is(1) },
  },
  {
    row: 'present, Null sent for an unknown dataset',
    before: rich,
    sent: { value: NULL, datasetId: D },
    cells: { ...withoutNull, update: notUpdated(rich), merge: is(rich, 0), partial: missing },
  },
  {
    row: 'present, its datasetId sent as Null',
    before: rich,
    sent: { value: 9, datasetId: NULL },
    cells: { ...withoutNull, merge: refused, partial: refused },
  },
  {
    row: 'present, one of its sub-Attributes sent',
    before: subs,
    sent: { value: 1, t: 9 },
    cells: {
      ...replacing(is({ value: 1, t: 9 })),
      noOverwrite: notUpdated(subs),
      merge: is({ value: 1, s: 1, t: { value: 9, unitCode: 'CEL' } }),
      partial: is({ value: 1, s: 1, t: 9 }),
    },
  },
  {
    row: 'present, none of its sub-Attributes sent',
    before: subs,
    sent: { value: 9 },
    cells: {
      ...replacing(is(9)),
      noOverwrite: notUpdated(subs),
      merge: is({ ...subs, value: 9 }),
      partial: is({ ...subs, value: 9 }),
    },
  },
  {
    row: 'present, one of its sub-Attributes sent as Null',
    before: subs,
    sent: { value: 1, s: NULL },
    cells: {
      ...withoutNull,
      update: is(1),
      merge: is({ value: 1, t: subs.t }),
      partial: is({ value: 1, t: subs.t }),
    },
  },
  {
    row: 'present, its unitCode sent as Null',
    before: rich,
    sent: { value: 1, unitCode: NULL },
    cells: {
      ...withoutNull,
      update: is(1),
      merge: is({ value: 1, accuracy: 0.5 }),
      partial: is({ value: 1, accuracy: 0.5 }),
    },
  },
  {
    row: 'present, sent without a value',
    before: rich,
    sent: { type: 'Property', unitCode: 'FAH' },
    cells: {
      ...replacing(refused),
      noOverwrite: refused,
      merge: is({ ...rich, unitCode: 'FAH' }),
      partial: is({ ...rich, unitCode: 'FAH' }),
    },
  },
  {
    row: 'an object value, some of its members sent',
    before: deep,
    sent: { value: { y: { z: 9 } } },
    cells: {
      ...replacing(is({ y: { z: 9 } })),
      noOverwrite: notUpdated(deep.value),
      merge: is({ x: 1, y: { z: 9, w: 2 } }),
      partial: is({ y: { z: 9 } }),
    },
  },
  {
    row: 'an object value, some of its members sent as Null',
    before: deep,
    sent: { value: { x: NULL, y: { w: NULL } } },
    cells: { ...withoutNull, merge: is({ y: { z: 1 } }), partial: refused },
  },
  {
    row: 'an array value, another sent',
    before: [1, 2, 3],
    sent: { value: [9] },
    cells: { ...replacing(is([9])), noOverwrite: notUpdated([1, 2, 3]), merge: is([9]), partial: is([9]) },
  },
  {
    row: 'a languageMap, one language sent',
    before: texts,
    sent: { languageMap: { nl: 'c' } },
    cells: {
      ...replacing(is({ languageMap: { nl: 'c' } })),
      noOverwrite: notUpdated(texts),
      merge: is({ languageMap: { en: 'a', nl: 'c' } }),
      partial: is({ languageMap: { nl: 'c' } }),
    },
  },
  {
    row: 'a languageMap, one language sent as Null',
    before: texts,
    sent: { languageMap: { nl: NULL } },
    cells: { ...withoutNull, merge: is({ languageMap: { en: 'a' } }), partial: refused },
  },
  {
    row: 'present, another kind sent',
    before: rich,
    sent: { object: 'urn:x:1' },
    cells: {
      ...replacing(is({ object: 'urn:x:1' })),
      noOverwrite: notUpdated(rich),
      merge: refused,
      partial: refused,
    },
  },
];
