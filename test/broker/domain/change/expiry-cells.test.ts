import { describe, expect, it } from '@jest/globals';
import type { Attribute, JsonObject } from '../../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { EXPIRES_AT } from '../../../../broker/domain/parsing/parse-names.ts';
import { CREATED, iri, NULL, refusalOf, stored } from '../support.ts';
import { OPERATIONS, type OperationName } from './operations.ts';

const early = '2027-01-01T00:00:00Z';
const late = '2028-01-01T00:00:00Z';
const EARLY = Date.parse(early) * 1000;
const LATE = Date.parse(late) * 1000;

/** What becomes of an expiresAt: the moment it has then, `none`, or that the operation refuses it. */
type Expiry = number | 'none' | 'refused';
type Row = readonly [
  operation: OperationName,
  cells: {
    /** There is none, one is sent. */
    readonly set: Expiry;
    /** There is the early one, the late one is sent. */
    readonly changed: Expiry;
    /** There is the early one, none is sent. */
    readonly notSent: Expiry;
    /** There is the early one, NGSI-LD Null is sent. */
    readonly nulled: Expiry;
  },
];

const ofEntities: readonly Row[] = [
  ['append', { set: LATE, changed: LATE, notSent: EARLY, nulled: 'refused' }],
  ['noOverwrite', { set: LATE, changed: EARLY, notSent: EARLY, nulled: 'refused' }],
  ['update', { set: LATE, changed: LATE, notSent: EARLY, nulled: 'none' }],
  ['merge', { set: LATE, changed: LATE, notSent: EARLY, nulled: 'none' }],
  ['replaceEntity', { set: LATE, changed: LATE, notSent: 'none', nulled: 'refused' }],
  ['upsertReplace', { set: LATE, changed: LATE, notSent: 'none', nulled: 'refused' }],
  ['upsertUpdate', { set: LATE, changed: LATE, notSent: EARLY, nulled: 'refused' }],
];

const ofAttributes: readonly Row[] = [
  ['append', { set: LATE, changed: LATE, notSent: 'none', nulled: 'refused' }],
  ['noOverwrite', { set: 'none', changed: EARLY, notSent: EARLY, nulled: 'refused' }],
  ['update', { set: LATE, changed: LATE, notSent: 'none', nulled: 'none' }],
  ['merge', { set: LATE, changed: LATE, notSent: EARLY, nulled: 'none' }],
  ['partial', { set: LATE, changed: LATE, notSent: EARLY, nulled: 'none' }],
  ['replaceAttribute', { set: LATE, changed: LATE, notSent: 'none', nulled: 'refused' }],
  ['replaceEntity', { set: LATE, changed: LATE, notSent: 'none', nulled: 'refused' }],
  ['upsertReplace', { set: LATE, changed: LATE, notSent: 'none', nulled: 'refused' }],
  ['upsertUpdate', { set: LATE, changed: LATE, notSent: 'none', nulled: 'refused' }],
];

/** The four columns: what is there and what is sent. */
const columns = {
  set: [{}, { expiresAt: late }],
  changed: [{ expiresAt: early }, { expiresAt: late }],
  notSent: [{ expiresAt: early }, {}],
  nulled: [{ expiresAt: early }, { expiresAt: NULL }],
} as const;
const names = Object.keys(columns) as readonly (keyof typeof columns)[];

function expiryAfter(act: () => Pick<Attribute, 'expiresAt'> | undefined): Expiry {
  try {
    return act()?.expiresAt ?? 'none';
  } catch (error) {
    if (!(error instanceof NgsiLdError)) throw error;
    expect([error.type, error.message]).toEqual(['BadRequestData', expect.stringContaining('expiresAt')]);
    return 'refused';
  }
}

describe.each(ofEntities)('expiresAt of an Entity by %s (clause 4.22)', (operation, cells) => {
  it.each(names)('%s', (column) => {
    const [there, sent] = columns[column];
    const current = stored({ ...there, a: 1 });
    const after = () => OPERATIONS[operation](current, { a: 2, ...sent }).change?.entity ?? current;
    expect(expiryAfter(after)).toBe(cells[column]);
  });
});

describe.each(ofAttributes)('expiresAt of an Attribute by %s (clause 4.22)', (operation, cells) => {
  const isOfOne = operation === 'partial' || operation === 'replaceAttribute';
  const instanceAfter = (there: JsonObject, sent: JsonObject) => {
    const current = stored({ a: { value: 1, ...there } });
    const body = { value: 2, ...sent };
    const { change } = OPERATIONS[operation](current, isOfOne ? body : { a: body });
    return (change?.entity ?? current).attributes[iri('a')]?.[0];
  };

  it.each(names)('%s', (column) => {
    const [there, sent] = columns[column];
    expect(expiryAfter(() => instanceAfter(there, sent))).toBe(cells[column]);
  });

  it.each(names)('%s, of a sub-Attribute', (column) => {
    const [there, sent] = columns[column];
    // Partial update replaces a sub-Attribute whole (clause 5.5.8).
    const isReplaced = operation === 'partial' && column === 'notSent';
    const after = () =>
      instanceAfter({ s: { value: 1, ...there } }, { s: { value: 2, ...sent } })?.subAttributes?.[
        iri('s')
      ]?.[0];
    expect(expiryAfter(after)).toBe(isReplaced ? 'none' : cells[column]);
  });
});

describe('expiresAt (clause 4.22)', () => {
  it('that must not be overwritten is told', () => {
    const { notUpdated, change } = OPERATIONS.noOverwrite(stored({ expiresAt: early }), { expiresAt: late });
    expect(notUpdated).toEqual([{ attribute: EXPIRES_AT, reason: expect.stringContaining('exists') }]);
    expect(change).toBeUndefined();
  });

  it.each(['append', 'update', 'merge', 'replaceEntity'] as const)('alone is a change: %s', (operation) => {
    const current = stored({ a: { value: 1, expiresAt: early } });
    const to = (expiresAt: string) =>
      OPERATIONS[operation](current, { a: { value: 1, expiresAt } }).change?.attributes;
    expect(to(late)).toMatchObject([{ kind: 'updated' }]);
    expect(to(early.replace('Z', '.000Z'))).toBeUndefined();
  });

  it('of one dataset is none of another', () => {
    const current = stored({
      a: [
        { value: 1, expiresAt: early },
        { value: 2, datasetId: 'urn:d:1' },
      ],
    });
    const sent = { a: { value: 3, datasetId: 'urn:d:1', expiresAt: late } };
    const instances = OPERATIONS.merge(current, sent).change?.entity?.attributes[iri('a')];
    expect(instances?.map(({ expiresAt }) => expiresAt)).toEqual([EARLY, LATE]);
  });

  it('that is no DateTime is refused wherever it stands', () => {
    const wrong: readonly JsonObject[] = [
      { expiresAt: 'soon' },
      { expiresAt: 5 },
      { a: { value: 1, expiresAt: '2027-01-01' } },
      { a: { value: 1, s: { value: 1, expiresAt: '2027-01-01T00:00:00+01:00' } } },
    ];
    for (const operation of ['append', 'update', 'merge', 'replaceEntity'] as const) {
      for (const body of wrong)
        expect(refusalOf(() => OPERATIONS[operation](stored({ a: 1 }), body)).message).toMatch(/expiresAt/);
    }
  });

  it('that has passed already is taken, and what has it is gone', () => {
    const past = new Date(CREATED / 1000 - 1000).toISOString();
    const { change } = OPERATIONS.merge(stored({ a: 1 }), { a: { value: 2, expiresAt: past } });
    const next = OPERATIONS.append(change?.entity ?? stored(), { a: 3 }).change;
    expect(next?.attributes).toMatchObject([{ kind: 'created' }]);
  });
});
