import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { Store } from '../../../../broker/store/store.ts';
import type { HistoryEntity, HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { property } from '../contract/entities.ts';

const ID = 'urn:ngsi-ld:Lamp:1';
const entity: HistoryEntity = { id: ID, types: ['urn:T'], scopes: [], createdAt: 1, modifiedAt: 1 };
const attributes = ['urn:a', 'urn:b'];
const datasets = [undefined, 'urn:s', 'urn:t'];

interface Given {
  readonly attribute: string;
  readonly datasetId: string | undefined;
  readonly observedAt: number;
}
/** `at` picks one of the instances that are there. */
type Edit =
  | { readonly kind: 'fold'; readonly given: readonly Given[] }
  | { readonly kind: 'append'; readonly given: readonly Given[] }
  | { readonly kind: 'replace'; readonly at: number; readonly by: Given }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'removeAttribute'; readonly attribute: string; readonly which: number }
  | { readonly kind: 'removeEntity' };

const given = fc.record({
  attribute: fc.constantFrom(...attributes),
  datasetId: fc.constantFrom(...datasets),
  observedAt: fc.integer({ min: 0, max: 50 }),
});
const many = fc.array(given, { minLength: 1, maxLength: 60, size: 'max' });
const place = fc.nat({ max: 1000 });
const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fold'), given: many }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('append'), given: many }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace'), at: place, by: given }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove'), at: place }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('removeAttribute'),
      attribute: fc.constantFrom(...attributes),
      which: fc.nat({ max: datasets.length }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('removeEntity') }) },
);

/** No two have the same number, so that none equals another. */
function instance({ attribute, datasetId, observedAt }: Given, number: number): HistoryInstance {
  const members = { observedAt, ...(datasetId !== undefined && { datasetId }) };
  return {
    instanceId: `urn:ngsi-ld:Instance:${number}`,
    entityId: ID,
    attribute,
    kind: 'Property',
    createdAt: number,
    modifiedAt: number,
    attributeInstance: property(number, number, members),
    ...members,
  };
}

/** What edits make of a plain list, in the words of the contract. */
class Model {
  instances: readonly HistoryInstance[] = [];
  isKnown = false;
  #count = 0;

  make(one: Given): HistoryInstance {
    this.#count += 1;
    return instance(one, this.#count);
  }

  pick(at: number): HistoryInstance | undefined {
    return this.instances[at % Math.max(1, this.instances.length)];
  }

  /** True when any went. */
  keep(isKept: (one: HistoryInstance) => boolean): boolean {
    const before = this.instances.length;
    this.instances = this.instances.filter(isKept);
    return this.instances.length < before;
  }
}

type EditOf<Kind extends Edit['kind']> = Extract<Edit, { readonly kind: Kind }>;

/** Does the same to the store and to the model; both have to say the same. */
async function apply(edit: Edit, store: Store, model: Model): Promise<void> {
  const { temporal } = store.of('');
  switch (edit.kind) {
    case 'fold':
    case 'append':
      return add(edit, store, model);
    case 'removeAttribute':
      return removeAttribute(edit, store, model);
    case 'removeEntity':
      expect(await temporal.removeEntity(ID)).toBe(model.isKnown);
      model.instances = [];
      model.isKnown = false;
      return;
    default:
      return applyToOne(edit, temporal, model);
  }
}

async function add(edit: EditOf<'fold' | 'append'>, { outbox, of }: Store, model: Model): Promise<void> {
  const instances = edit.given.map((one) => model.make(one));
  if (edit.kind === 'append') await of('').temporal.append(entity, instances);
  else await outbox.fold([], { history: [{ tenant: '', entity, instances }], deliveries: [] });
  model.instances = [...model.instances, ...instances];
  model.isKnown = true;
}

async function removeAttribute(
  { attribute, which }: EditOf<'removeAttribute'>,
  { of }: Store,
  model: Model,
): Promise<void> {
  const isAll = which === datasets.length;
  const datasetId = datasets[which];
  const one = datasetId === undefined ? {} : { datasetId };
  const isAny = model.keep(
    (instance) => instance.attribute !== attribute || !(isAll || instance.datasetId === datasetId),
  );
  expect(await of('').temporal.removeAttribute(ID, attribute, isAll ? 'all' : one)).toBe(isAny);
}

async function applyToOne(
  edit: EditOf<'replace' | 'remove'>,
  temporal: ReturnType<Store['of']>['temporal'],
  model: Model,
): Promise<void> {
  const old = model.pick(edit.at);
  const { attribute = 'urn:a', instanceId = 'urn:none' } = old ?? {};
  const isThere = old !== undefined;
  if (edit.kind === 'remove') {
    model.keep((one) => one !== old);
    expect(await temporal.removeInstance(ID, attribute, instanceId)).toBe(isThere);
    return;
  }
  const fresh = { ...model.make({ ...edit.by, attribute }), instanceId };
  const replaced = await temporal.replaceInstance(ID, attribute, instanceId, (found) => {
    expect(found).toEqual(old);
    return fresh;
  });
  expect(replaced).toBe(isThere);
  model.instances = model.instances.map((one) => (one === old ? fresh : one));
}

async function check({ of }: Store, { instances, isKnown }: Model): Promise<void> {
  const { temporal } = of('');
  expect((await temporal.getEntity(ID)) !== undefined).toBe(isKnown);
  const within = { timeproperty: 'observedAt', from: 10, to: 30 } as const;
  for (const attribute of attributes) {
    const own = instances.filter((one) => one.attribute === attribute);
    const all = [...own].sort((one, other) => one.modifiedAt - other.modifiedAt);
    const [whole, some] = await Promise.all([
      temporal.instances(ID, { timeproperty: 'modifiedAt', attributes: [attribute] }),
      temporal.instances(ID, { ...within, attributes: [attribute] }),
    ]);
    expect(whole.instances.get(attribute) ?? []).toEqual(all);
    const numbers = (some.instances.get(attribute) ?? []).map(({ modifiedAt }) => modifiedAt).sort();
    const due = all.filter(({ observedAt = 0 }) => observedAt >= within.from && observedAt < within.to);
    expect(numbers).toEqual(due.map(({ modifiedAt }) => modifiedAt).sort());
  }
}

describe('any edits of a history', () => {
  it('leave what a plain list would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edits, { minLength: 3, maxLength: 30, size: 'max' }), async (done) => {
        const store = openSqliteStore({
          path: ':memory:',
          now: () => 1,
          cellsOf: () => [],
          coreContextVersion: '1.9',
          historyOf: toHistory,
          pause: () => Promise.resolve(),
        });
        const model = new Model();
        for (const edit of done) {
          await apply(edit, store, model);
          await check(store, model);
        }
        await store.close();
      }),
      { numRuns: 60 },
    );
  });
});
