import type { Change } from '../domain/change/changes.ts';
import type { Entity, Micros } from '../domain/entity.ts';
import { statusOf } from '../domain/subscription/subscription.ts';
import { isTriggered } from '../domain/subscription/triggers.ts';
import type { CompiledSubscription } from './compile-subscription.ts';
import { filterChoicesOf } from './filter-keys.ts';
import { FilteredSet } from './filtered-set.ts';
import { indexKeysOf } from './index-keys.ts';

interface Entry {
  readonly compiled: CompiledSubscription;
  readonly watched: ReadonlySet<string> | undefined;
  /** The last `match` that met this entry: it may stand under several keys. */
  seenBy: number;
}

/** What stands under one id, one type or everywhere: by watched Attribute, and what watches every Attribute. */
interface Bucket {
  readonly anyAttribute: FilteredSet<Entry>;
  readonly byAttribute: Map<string, FilteredSet<Entry>>;
}

interface TenantIndex {
  readonly entries: Map<string, Entry>;
  /** How many hear of updates that change nothing. */
  hearing: number;
  readonly byId: Map<string, Bucket>;
  readonly byType: Map<string, Bucket>;
  readonly everywhere: Bucket;
}

const NOTHING: readonly string[] = [];

/**
 * The Subscriptions of all tenants, arranged so that a change looks only at those that may concern it: by id or type, by
 * watched Attribute, then by what their filters demand (filter-keys.ts).
 */
export class SubscriptionIndex {
  readonly #tenants = new Map<string, TenantIndex>();
  /** The number of this `match`. */
  #round = 0;
  #visits = 0;
  readonly #allHearUnchanged: boolean;

  /** `allHearUnchanged`: every Subscription is notified of updates that leave Attributes equal, not only those that ask for it. */
  constructor(allHearUnchanged = false) {
    this.#allHearUnchanged = allHearUnchanged;
  }

  /** Adds it, or puts it in the place of the one with its id. */
  put(tenant: string, compiled: CompiledSubscription): void {
    const { id, watchedAttributes } = compiled.subscription;
    this.remove(tenant, id);
    const index = made(this.#tenants, tenant, emptyIndex);
    const entry: Entry = { compiled, watched: watchedAttributes && new Set(watchedAttributes), seenBy: 0 };
    index.entries.set(id, entry);
    if (compiled.subscription.notifyUnchanged) index.hearing += 1;
    putIn(index, entry);
  }

  remove(tenant: string, id: string): void {
    const index = this.#tenants.get(tenant);
    const entry = index?.entries.get(id);
    if (!index || !entry) return;
    takeOut(index, entry);
    index.entries.delete(id);
    if (entry.compiled.subscription.notifyUnchanged) index.hearing -= 1;
    if (index.entries.size === 0) this.#tenants.delete(tenant);
  }

  get(tenant: string, id: string): CompiledSubscription | undefined {
    return this.#tenants.get(tenant)?.entries.get(id)?.compiled;
  }

  /** Every tenant and id there is. */
  keys(): readonly (readonly [tenant: string, id: string])[] {
    return [...this.#tenants].flatMap(([tenant, { entries }]) =>
      [...entries.keys()].map((id) => [tenant, id] as const),
    );
  }

  /** True when a Subscription of the tenant may be notified of what is written and stays equal. */
  hearsUnchanged(tenant: string): boolean {
    return this.#allHearUnchanged || (this.#tenants.get(tenant)?.hearing ?? 0) > 0;
  }

  /** Ids of the Subscriptions that the change notifies (clause 5.8.6). Synchronous. */
  match(tenant: string, change: Change, now: Micros): readonly string[] {
    const index = this.#tenants.get(tenant);
    const entity = change.entity ?? change.before;
    if (!index || !entity) return NOTHING;
    this.#round += 1;
    const found: string[] = [];
    const differing = this.#allHearUnchanged ? change : withoutUnchanged(change);
    const visit = (entry: Entry): void => {
      if (entry.seenBy === this.#round) return;
      entry.seenBy = this.#round;
      this.#visits += 1;
      const heard = entry.compiled.subscription.notifyUnchanged ? change : differing;
      if (isNotified(entry, heard, entity, now)) found.push(entry.compiled.subscription.id);
    };
    for (const bucket of bucketsOf(index, entity))
      for (const entries of entriesOf(bucket, change)) entries.visit(entity, visit);
    return found;
  }

  /** How many Subscriptions `match` has looked at since the start: its cost. */
  visits(): number {
    return this.#visits;
  }
}

/** The same Change where there is nothing to leave out, which is nearly always. */
function withoutUnchanged(change: Change): Change {
  if (!change.attributes.some(({ unchanged }) => unchanged)) return change;
  return { ...change, attributes: change.attributes.filter(({ unchanged }) => !unchanged) };
}

/** Cheapest first; the Entity is judged as it is after the change, a deleted one as it was. */
function isNotified({ compiled, watched }: Entry, change: Change, entity: Entity, now: Micros): boolean {
  const { subscription, matches } = compiled;
  if (statusOf(subscription, now) !== 'active') return false;
  return isTriggered(subscription.notificationTrigger, watched, change) && matches(entity, now);
}

function* bucketsOf(index: TenantIndex, entity: Entity): Generator<Bucket> {
  yield index.everywhere;
  const byId = index.byId.get(entity.id);
  if (byId) yield byId;
  for (const type of entity.types) {
    const byType = index.byType.get(type);
    if (byType) yield byType;
  }
}

function* entriesOf(bucket: Bucket, change: Change): Generator<FilteredSet<Entry>> {
  yield bucket.anyAttribute;
  if (bucket.byAttribute.size === 0) return;
  for (const { attribute } of change.attributes) {
    const entries = bucket.byAttribute.get(attribute);
    if (entries) yield entries;
  }
}

function emptyIndex(): TenantIndex {
  return { entries: new Map(), hearing: 0, byId: new Map(), byType: new Map(), everywhere: emptyBucket() };
}

function emptyBucket(): Bucket {
  return { anyAttribute: new FilteredSet(), byAttribute: new Map() };
}

function putIn(index: TenantIndex, entry: Entry): void {
  const { subscription } = entry.compiled;
  const { ids, types, everywhere } = indexKeysOf(subscription);
  const choices = filterChoicesOf(subscription);
  const add = (bucket: Bucket): void => {
    if (!entry.watched) bucket.anyAttribute.add(entry, choices);
    for (const attribute of entry.watched ?? [])
      made(bucket.byAttribute, attribute, () => new FilteredSet<Entry>()).add(entry, choices);
  };
  for (const id of ids) add(made(index.byId, id, emptyBucket));
  for (const type of types) add(made(index.byType, type, emptyBucket));
  if (everywhere) add(index.everywhere);
}

function takeOut(index: TenantIndex, entry: Entry): void {
  const { ids, types } = indexKeysOf(entry.compiled.subscription);
  for (const id of ids) takeFrom(index.byId, id, entry);
  for (const type of types) takeFrom(index.byType, type, entry);
  takeFromBucket(index.everywhere, entry);
}

function takeFrom(buckets: Map<string, Bucket>, key: string, entry: Entry): void {
  const bucket = buckets.get(key);
  if (!bucket) return;
  takeFromBucket(bucket, entry);
  if (bucket.anyAttribute.size === 0 && bucket.byAttribute.size === 0) buckets.delete(key);
}

function takeFromBucket(bucket: Bucket, entry: Entry): void {
  bucket.anyAttribute.delete(entry);
  for (const attribute of entry.watched ?? []) {
    const entries = bucket.byAttribute.get(attribute);
    entries?.delete(entry);
    if (entries?.size === 0) bucket.byAttribute.delete(attribute);
  }
}

function made<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key);
  if (found !== undefined) return found;
  const value = make();
  map.set(key, value);
  return value;
}
