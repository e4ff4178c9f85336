import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change } from '../../../broker/domain/change/changes.ts';
import type { Json, JsonObject } from '../../../broker/domain/entity.ts';
import { matches } from '../../../broker/domain/query/matches.ts';
import { statusOf } from '../../../broker/domain/subscription/subscription.ts';
import { isTriggered } from '../../../broker/domain/subscription/triggers.ts';
import type { CompiledSubscription } from '../../../broker/notifications/compile-subscription.ts';
import { SubscriptionIndex } from '../../../broker/notifications/subscription-index.ts';
import { START } from './fake-time.ts';
import { attribute, change, compiled, iri, lamp } from './fixtures.ts';

const TENANTS = ['', 'city'];
const TYPES = ['Lamp', 'Bin', 'Bus'];
const NAMES = ['level', 'colour', 'speed'];
const IDS = ['urn:e:1', 'urn:e:2', 'urn:e:3'];
const TRIGGERS = [
  'entityCreated',
  'entityUpdated',
  'entityDeleted',
  'attributeCreated',
  'attributeUpdated',
  'attributeDeleted',
];

const QUERIES = [
  ...['level>2', 'level<=1', 'level==1..3', 'level==2,4', 'level!=2'],
  ...[
    'colour=="red"',
    'colour=="red","green"',
    'colour~=^gr',
    'colour=="red";level==1',
    'colour=="red"|level>3',
  ],
  ...[
    'speed',
    '!speed',
    'speed;colour=="green"',
    'speed==0|speed>=8',
    'speed<3',
    'createdAt>2020-01-01T00:00:00Z',
  ],
];
const near = (coordinates: number[], maxDistance: number): JsonObject => ({
  georel: `near;maxDistance==${maxDistance}`,
  geometry: 'Point',
  coordinates,
});
const GEO_QUERIES = [
  near([5, 51], 1000),
  near([5, 51], 200_000),
  near([5.02, 51], 500),
  { ...near([5, 51], 1), georel: 'near;minDistance==1000' },
  { georel: 'disjoint', geometry: 'Point', coordinates: [5, 51] },
];
const POINTS: Json[] = [
  { type: 'Point', coordinates: [5, 51] },
  { type: 'Point', coordinates: [5.02, 51] },
  { type: 'Point', coordinates: [-70, 2] },
  {
    type: 'LineString',
    coordinates: [
      [5, 51],
      [5.02, 51],
    ],
  },
];

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const selector = fc.record(
  {
    type: fc.constantFrom('Lamp', 'Bin,Bus', '(Lamp;Bin)', 'Bus|(Lamp;Bus)', '*', 'Tram'),
    id: fc.oneof(fc.constantFrom(...IDS), fc.subarray(IDS, { minLength: 1 })),
    idPattern: fc.constantFrom('^urn:e:[12]$', '3$', '.*', '^urn:e:2', '^urn:e:.*', '^urn:x'),
  },
  { requiredKeys: ['type'] },
);
const subscription = fc
  .record({
    entities: optional(fc.array(selector, { minLength: 1, maxLength: 3 })),
    watchedAttributes: optional(fc.subarray(NAMES, { minLength: 1 })),
    notificationTrigger: optional(fc.subarray(TRIGGERS, { minLength: 1 })),
    q: optional(fc.constantFrom(...QUERIES)),
    scopeQ: fc.option(fc.constantFrom('/Geel', '/Geel/#', '/Mol', '/+/Larum', '/Geel;/Mol', '/Mol|/Geel/#'), {
      nil: undefined,
      freq: 1,
    }),
    geoQ: fc.option(fc.constantFrom(...GEO_QUERIES), { nil: undefined, freq: 1 }),
    isActive: optional(fc.boolean()),
    expiresAt: optional(fc.constantFrom('2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z')),
  })
  .map((members): JsonObject => {
    const given = Object.entries(members).filter(([, value]) => value !== undefined);
    const notification = { endpoint: { uri: 'http://receiver.example/' } };
    return {
      type: 'Subscription',
      notification,
      localOnly: true,
      ...(Object.fromEntries(given) as JsonObject),
    };
  });

const entity = fc
  .record({
    id: fc.constantFrom(...IDS),
    types: fc.subarray(TYPES, { minLength: 1 }),
    scopes: fc.subarray(['/Geel', '/Geel/Larum', '/Mol']),
    level: optional(
      fc.oneof(
        fc.integer({ min: 0, max: 4 }),
        fc.constant([1, 4]),
        fc.constant(Array.from({ length: 90 }, () => 3)),
      ),
    ),
    colour: optional(fc.constantFrom('red', 'green')),
    speed: optional(fc.integer({ min: 0, max: 9 })),
    place: optional(fc.constantFrom(...POINTS)),
  })
  .map(({ id, types, scopes, place, ...values }) => {
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    const made = lamp(id, Object.fromEntries(given) as Record<string, Json>, {
      types: types.map(iri),
      scopes,
    });
    if (place === undefined) return made;
    const location = [attribute(place, { kind: 'GeoProperty' })];
    return { ...made, attributes: { ...made.attributes, [iri('location')]: location } };
  });
const changes = fc
  .tuple(entity, fc.constantFrom('created', 'updated', 'deleted'), fc.nat(3))
  .map(([one, kind, kept]) => {
    const whole = change(one, kind as Change['kind']);
    return kind === 'updated' ? { ...whole, attributes: whole.attributes.slice(0, kept) } : whole;
  });

/** The promise in its plainest words: every Subscription of the tenant is asked. */
function notified({ subscription: one }: CompiledSubscription, what: Change): boolean {
  const judged = what.entity ?? what.before;
  const watched = one.watchedAttributes && new Set(one.watchedAttributes);
  const { entities: selectors, q, geoQ, scopeQ } = one;
  return (
    judged !== undefined &&
    statusOf(one, START) === 'active' &&
    isTriggered(one.notificationTrigger, watched, what) &&
    matches(
      { ...(selectors && { selectors }), ...(q && { q }), ...(geoQ && { geoQ }), ...(scopeQ && { scopeQ }) },
      judged,
      { now: START },
    )
  );
}

const writes = fc.array(fc.tuple(fc.constantFrom(...TENANTS), fc.nat(12), optional(subscription)), {
  minLength: 1,
  maxLength: 40,
});

type Known = ReadonlyMap<string, Map<string, CompiledSubscription>>;

/** Writes and deletes (without a body) Subscriptions in the index and in plain maps. */
function written(all: readonly (readonly [string, number, JsonObject | undefined])[]): {
  readonly index: SubscriptionIndex;
  readonly known: Known;
} {
  const index = new SubscriptionIndex();
  const known: Known = new Map(TENANTS.map((tenant) => [tenant, new Map()]));
  for (const [tenant, number, body] of all) {
    const id = `urn:s:${number}`;
    if (body === undefined) {
      index.remove(tenant, id);
      known.get(tenant)?.delete(id);
      continue;
    }
    const one = compiled(id, body);
    index.put(tenant, one);
    known.get(tenant)?.set(id, one);
  }
  return { index, known };
}

describe('the index of Subscriptions', () => {
  it('finds what asking every Subscription finds, after any writes', () => {
    let matched = 0;
    const find = ({ index, known }: ReturnType<typeof written>, tenant: string, what: Change): void => {
      const found = index.match(tenant, what, START);
      const expected = [...(known.get(tenant) ?? [])].filter(([, one]) => notified(one, what));
      expect([...found].sort()).toEqual(expected.map(([id]) => id).sort());
      matched += found.length;
    };
    fc.assert(
      fc.property(writes, fc.array(changes, { minLength: 1, maxLength: 12 }), (all, happened) => {
        const both = written(all);
        for (const what of happened) for (const tenant of TENANTS) find(both, tenant, what);
      }),
      { numRuns: 1000 },
    );
    expect(matched).toBeGreaterThan(1000);
  });
});
