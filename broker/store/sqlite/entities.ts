import type { Change } from '../../domain/change/changes.ts';
import type { Entity, Micros } from '../../domain/entity.ts';
import { isExact } from '../condition-types.ts';
import { assertEntitySize } from '../entity-size.ts';
import { leavesRecord } from '../leaves-record.ts';
import type { ChangeRecord } from '../outbox.ts';
import type { Decision, TenantStore } from '../store.ts';
import type { AttributeCounts } from './attribute-counts.ts';
import type { EntityCache } from './entity-cache.ts';
import { entityOf, keyPrefixOf } from './entity-cache.ts';
import type { EntityRows } from './entity-rows.ts';
import type { Finder } from './find.ts';
import { living } from './living.ts';
import type { Session } from './session.ts';
import type { Staged, StagedChanges } from './staged-changes.ts';
import { type Stamps, stampText } from './stamps.ts';
import type { TemporalTables } from './temporal.ts';

/** What the Entities of all tenants are read and written with. */
export interface EntityParts {
  readonly session: Session;
  readonly cache: EntityCache;
  readonly rows: EntityRows;
  readonly staged: StagedChanges;
  readonly stamps: Stamps;
  readonly finder: Finder;
  readonly attributeCounts: AttributeCounts;
  /** See `expiredSweep`. */
  readonly sweepExpired: () => Promise<void>;
  readonly temporal: TemporalTables;
}

/** A member of a group only stages: its writes come later, all together. */
const stagesOnly = { throwsBeforeWriting: true };

/** The Entities of one tenant. */
export function tenantStore(tenant: string, parts: EntityParts): TenantStore {
  const { session, cache, rows, staged, finder, attributeCounts, sweepExpired } = parts;
  const prefix = keyPrefixOf(tenant);
  const get = (id: string): Entity | undefined => {
    const key = prefix + id;
    let stored = cache.get(key);
    if (stored === undefined) {
      stored = rows.find(key, tenant, id);
      if (stored === undefined) return undefined;
      cache.set(stored);
    }
    return living(entityOf(stored), session.now());
  };
  return {
    change: (id, decide) =>
      session.group.run(() => changeStaged(staged.of(prefix + id, tenant, id), decide, parts), stagesOnly),
    get: (id) => session.read(() => get(id)),
    getMany: (ids) => session.read(() => existing(ids, get)),
    find: (condition, page) => finder.find(tenant, condition, page),
    count: (condition) => finder.count(tenant, condition),
    isExact,
    census: async (type) => {
      await sweepExpired();
      return session.read(() => attributeCounts.census(tenant, type));
    },
    attributeCount: async (attribute) => {
      await sweepExpired();
      return session.read(() => attributeCounts.count(tenant, attribute));
    },
    get temporal() {
      return parts.temporal.of(tenant);
    },
  };
}

function existing(
  ids: readonly string[],
  get: (id: string) => Entity | undefined,
): ReadonlyMap<string, Entity> {
  const found = new Map<string, Entity>();
  for (const id of ids) {
    const entity = get(id);
    if (entity !== undefined) found.set(id, entity);
  }
  return found;
}

function changeStaged<T>(
  staged: Staged,
  decide: (current: Entity | undefined, now: Micros) => Decision<T>,
  parts: EntityParts,
): T {
  const { session, stamps } = parts;
  parts.staged.end(staged, Math.max(session.now(), staged.changedAt + 1));
  const now = Math.max(session.now(), staged.changedAt + 1);
  const current = living(staged.entity, now);
  const decision = decide(current, now);
  const { change, answer } = decision;
  if (change === undefined) return answer;
  const text = textOf(change);
  parts.staged.grow(text?.length ?? 0);
  const stamp = stamps.next();
  if (leavesRecord(decision)) {
    const record = recordOf(decision, change, { tenant: staged.tenant, stamp: stampText(stamp), at: now });
    parts.staged.record(staged.id, record, text);
  }
  if (current === undefined) staged.seq = stamp;
  staged.entity = change.entity;
  staged.text = text;
  staged.changedAt = now;
  staged.isChanged = true;
  return answer;
}

function recordOf(
  { notify = [], correlationId, requestHeaders, isHistory, endsOnly }: Decision<unknown>,
  change: Change,
  rest: Pick<ChangeRecord, 'tenant' | 'stamp' | 'at'>,
): ChangeRecord {
  return {
    notify,
    ...(correlationId !== undefined && { correlationId }),
    ...(requestHeaders !== undefined && { requestHeaders }),
    ...(isHistory !== undefined && { isHistory }),
    ...(endsOnly !== undefined && { endsOnly }),
    change,
    ...rest,
  };
}

/** @throws NgsiLdError EntityTooLarge. */
function textOf({ entity }: Change): string | undefined {
  if (entity === undefined) return undefined;
  const text = JSON.stringify(entity);
  assertEntitySize(entity.id, text);
  return text;
}
