import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Attribute, Attributes, Entity, Micros } from '../../../../broker/domain/entity.ts';
import { withoutExpired } from '../../../../broker/domain/expiry.ts';
import { toHistory } from '../../../../broker/notifications/history-rows.ts';
import { openSqliteStore } from '../../../../broker/store/sqlite/open.ts';
import type { Decision, TenantStore } from '../../../../broker/store/store.ts';
import { BIN, creating, deleting, entityAt, LAMP, LEVEL, property } from '../contract/entities.ts';

const NAME = 'https://example.org/name';
const START: Micros = 1_800_000_000_000_000;

type Instance = { readonly kind: 'Property' | 'VocabProperty'; readonly life: number };
type Step =
  | {
      readonly kind: 'put';
      readonly id: number;
      readonly types: readonly string[];
      readonly life: number;
      readonly attributes: Readonly<Record<string, readonly Instance[]>>;
    }
  | { readonly kind: 'delete'; readonly id: number };

const life = fc.constantFrom(0, 0, 0, 1, 2, 5);
const instances = fc.array(fc.record({ kind: fc.constantFrom('Property', 'VocabProperty'), life }), {
  minLength: 1,
  maxLength: 3,
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    id: fc.nat(3),
    types: fc.uniqueArray(fc.constantFrom(LAMP, BIN), { minLength: 1 }),
    life,
    attributes: fc.dictionary(fc.constantFrom(LEVEL, NAME), instances) as fc.Arbitrary<
      Record<string, Instance[]>
    >,
  }),
  fc.record({ kind: fc.constant('delete' as const), id: fc.nat(3) }),
);
/** Steps of one commit, and how far the clock goes afterwards. */
const commits = fc.array(
  fc.record({ steps: fc.array(steps, { minLength: 1, maxLength: 5 }), pause: fc.nat(3) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

const SECOND: Micros = 1_000_000;

function attributesOf(step: Extract<Step, { kind: 'put' }>, now: Micros): Attributes {
  const built = Object.entries(step.attributes).map(([name, list]) => [
    name,
    list.map(
      ({ kind, life }, index): Attribute => ({
        ...property(1, now),
        kind,
        ...(index > 0 && { datasetId: `urn:d:${index}` }),
        ...(life > 0 && { expiresAt: now + life * SECOND }),
      }),
    ),
  ]);
  return Object.fromEntries(built) as Attributes;
}

/** Creates the Entity, or puts all of it in the place of the one that is there. */
function putting(step: Extract<Step, { kind: 'put' }>, id: string) {
  return (current: Entity | undefined, now: Micros): Decision<unknown> => {
    const members = {
      types: step.types,
      attributes: attributesOf(step, now),
      ...(step.life > 0 && { expiresAt: now + step.life * SECOND }),
    };
    if (current === undefined) return creating(id, members)(undefined, now);
    // As the domain does: what is not changed stays the same object.
    const types = String(current.types) === String(step.types) ? current.types : step.types;
    const entity = entityAt(id, now, { ...members, types, createdAt: current.createdAt });
    return {
      answer: undefined,
      change: {
        kind: 'updated',
        entity,
        before: current,
        attributes: [],
        typesChanged: true,
        scopesChanged: false,
      },
    };
  };
}

function run(tenant: TenantStore, step: Step): Promise<unknown> {
  const id = `urn:ngsi-ld:Lamp:${step.id}`;
  return step.kind === 'put'
    ? tenant.change(id, putting(step, id))
    : tenant.change(id, deleting()).catch(() => {});
}

/** What a walk through all Entities finds. */
async function walked(tenant: TenantStore, now: Micros) {
  const entities: Entity[] = [];
  for await (const page of tenant.find({ kind: 'anything' }))
    entities.push(...page.map((entity) => withoutExpired(entity, now)));
  const types = new Set(entities.flatMap((entity) => entity.types));
  const census = [...types].map((type) => {
    const ofType = entities.filter((entity) => entity.types.includes(type));
    return [type, kindsIn(ofType)] as const;
  });
  const count = (name: string) => entities.flatMap(({ attributes }) => attributes[name] ?? []).length;
  return { census: new Map(census), counts: [count(LEVEL), count(NAME)] };
}

function kindsIn(entities: readonly Entity[]): ReadonlyMap<string, ReadonlySet<string>> {
  const kinds = new Map<string, Set<string>>();
  for (const [name, list] of entities.flatMap(({ attributes }) => Object.entries(attributes)))
    kinds.set(name, new Set([...(kinds.get(name) ?? []), ...list.map(({ kind }) => kind)]));
  return kinds;
}

describe('the counters of types and Attributes', () => {
  it('say what a walk through all Entities finds, whatever was done to them', async () => {
    await fc.assert(
      fc.asyncProperty(commits, async (all) => {
        let now = START;
        const store = openSqliteStore({
          path: ':memory:',
          now: () => now,
          cellsOf: () => [],
          coreContextVersion: '1.9',
          historyOf: toHistory,
        });
        const tenant = store.of('');
        for (const { steps, pause } of all) {
          await Promise.all(steps.map((step) => run(tenant, step)));
          now += pause * SECOND;
          const { census, counts } = await walked(tenant, now);
          expect(await tenant.census()).toEqual(census);
          expect([await tenant.attributeCount(LEVEL), await tenant.attributeCount(NAME)]).toEqual(counts);
        }
        await store.close();
      }),
      { numRuns: 150 },
    );
  });
});
