import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { Store, TenantStore } from '../../../../broker/store/store.ts';
import type {
  HistoryEntity,
  HistoryInstance,
  HistoryPage,
  HistoryQuery,
  TimeProperty,
} from '../../../../broker/store/temporal-store.ts';
import { property } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const entity: HistoryEntity = { id: ID, types: ['urn:T'], scopes: [], createdAt: 1, modifiedAt: 1 };
const attributes = ['urn:a', 'urn:b', 'urn:c'];

/** Few moments, so that many instances are of one, and some of none. */
const moments = fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined, freq: 8 });
/** More than the log holds, in the groups in which they are folded; as they happened, or in any order. */
const histories = fc
  .record({
    isInOrder: fc.boolean(),
    groups: fc.array(
      fc.array(fc.tuple(fc.constantFrom(...attributes), moments), { minLength: 1, maxLength: 4 }),
      { maxLength: 120, size: 'max' },
    ),
  })
  .map(({ isInOrder, groups }) => {
    let written = 0;
    return groups.map((group, n) =>
      group.map(([attribute, moment]) => {
        const time = isInOrder ? Math.floor(n / 4) + ((moment ?? 0) % 3) : moment;
        return { attribute, time, written: ++written };
      }),
    );
  });
const queries = fc.record(
  {
    from: fc.integer({ min: 0, max: 40 }),
    to: fc.integer({ min: 0, max: 40 }),
    lastN: fc.integer({ min: 1, max: 60 }),
    limit: fc.integer({ min: 1, max: 80 }),
    datasetIds: fc.constantFrom(
      ['urn:d'],
      ['urn:e', 'urn:d'],
      [undefined],
      ['urn:e', undefined],
      ['urn:none'],
    ),
  },
  { requiredKeys: ['limit'] },
);
type Asked = Required<Pick<HistoryQuery, 'limit'>> &
  Pick<HistoryQuery, 'from' | 'to' | 'lastN' | 'timeproperty' | 'datasetIds'>;

interface Written {
  readonly attribute: string;
  readonly time: number | undefined;
  /** Which one it is, and when it was modified. */
  readonly written: number;
}

/** Times that an instance may lack, and one that all have: it is 0 then. */
const timeproperties = ['observedAt', 'deletedAt', 'createdAt'] as const;

/** Rare ones, so that many chunks have none of them. */
function datasetOf({ written }: Written): string | undefined {
  return written % 29 === 0 ? 'urn:d' : written % 41 === 0 ? 'urn:e' : undefined;
}

function instance(one: Written, timeproperty: TimeProperty): HistoryInstance {
  const { attribute, time, written } = one;
  const datasetId = datasetOf(one);
  return {
    instanceId: `urn:ngsi-ld:Instance:${String(written).padStart(4, '0')}`,
    entityId: ID,
    attribute,
    kind: 'Property',
    createdAt: 0,
    modifiedAt: written,
    attributeInstance: property(written, written, datasetId === undefined ? {} : { datasetId }),
    ...(datasetId !== undefined && { datasetId }),
    ...(time !== undefined && { [timeproperty]: time }),
  };
}

async function storeWith(folds: readonly (readonly HistoryInstance[])[]): Promise<Store> {
  const store = openSqliteStore({
    path: ':memory:',
    now: () => 1,
    cellsOf: () => [],
    coreContextVersion: '1.9',
    historyOf: toHistory,
  });
  for (const instances of folds) {
    await store.outbox.fold([], { history: [{ tenant: '', entity, instances }], deliveries: [] });
  }
  return store;
}

function timeOf(instance: HistoryInstance, { timeproperty }: Asked): number {
  return instance[timeproperty] ?? -1;
}

function isAsked(instance: HistoryInstance, { from, to, timeproperty, datasetIds }: Asked): boolean {
  if (datasetIds !== undefined && !datasetIds.includes(instance.datasetId)) return false;
  if (from === undefined && to === undefined) return true;
  const at = instance[timeproperty];
  return at !== undefined && at >= (from ?? 0) && at < (to ?? 41);
}

/** The times that are asked for of each Attribute, in the order of the query. */
function timesAsked(all: readonly HistoryInstance[], query: Asked): readonly (readonly number[])[] {
  return attributes.map((attribute) =>
    all
      .filter((one) => one.attribute === attribute && isAsked(one, query))
      .map((one) => timeOf(one, query))
      .sort(orderOf(query))
      .slice(0, query.lastN),
  );
}

function orderOf({ lastN }: Asked): (one: number, other: number) => number {
  return (one, other) => (lastN === undefined ? one - other : other - one);
}

/** Holds the page against the words of the contract. */
function checkPage(page: HistoryPage, all: readonly HistoryInstance[], query: Asked): void {
  const asked = timesAsked(all, query);
  const times = (some: readonly HistoryInstance[]) => some.map((one) => timeOf(one, query));
  const shown = attributes.map((attribute) => times(page.instances.get(attribute) ?? []));
  const order = orderOf(query);
  const inOrder = asked.flat().sort(order);
  const end = inOrder[query.limit];
  if (end === undefined) expect(shown).toEqual(asked);
  else if (end === inOrder[0]) expect(shown.flat()).toEqual(Array.from({ length: query.limit }, () => end));
  else expect(shown).toEqual(asked.map((times) => times.filter((time) => order(time, end) < 0)));
  expect(page.isWhole).toBe(end === undefined);
  const ids = [...page.instances.values()].flat().map(({ instanceId }) => instanceId);
  expect(new Set(ids).size).toBe(shown.flat().length);
  const later = attributes.map((_, n) => (shown[n]?.length === 0 ? asked[n]?.[0] : undefined));
  expect(attributes.map((name) => page.later.get(name)).map((one) => one && timeOf(one, query))).toEqual(
    later,
  );
}

/** Which Attributes there are, of all, of some by name and without others. */
async function checkAttributes(
  { temporal }: Pick<TenantStore, 'temporal'>,
  all: readonly HistoryInstance[],
  { limit: _limit, lastN: _lastN, ...query }: Asked,
): Promise<void> {
  const there = attributes.filter((name) =>
    all.some((one) => one.attribute === name && isAsked(one, { ...query, limit: 1 })),
  );
  expect([...(await temporal.attributesWithin(ID, query))].sort()).toEqual(there);
  const [except = '', ...others] = attributes;
  const wanted = there.filter((name) => name !== except);
  for (const named of [{ except: [except] }, { attributes: others }])
    expect([...(await temporal.attributesWithin(ID, { ...query, ...named }))].sort()).toEqual(wanted);
  const any = await temporal.attributesWithin(ID, { ...query, except: [except] }, 1);
  expect(any).toHaveLength(Math.min(wanted.length, 1));
  expect(wanted).toEqual(expect.arrayContaining([...any]));
}

describe('any page of any history', () => {
  it('has all instances up to its end, and tells what comes behind it, and of which Attributes there are any', async () => {
    const asking = fc.array(queries, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...timeproperties),
        histories,
        asking,
        async (timeproperty, groups, asked) => {
          const folds = groups.map((group) => group.map((one) => instance(one, timeproperty)));
          const store = await storeWith(folds);
          const { temporal } = store.of('');
          for (const query of asked.map((one) => ({ ...one, timeproperty }))) {
            checkPage(await temporal.instances(ID, query), folds.flat(), query);
          }
          const [first] = asked;
          if (first !== undefined)
            await checkAttributes({ temporal }, folds.flat(), { ...first, timeproperty });
          await store.close();
        },
      ),
      { numRuns: 400 },
    );
  });
});
