import { NgsiLdError } from '../../domain/errors.ts';
import { keyPrefixOf } from './entity-cache.ts';
import type { EntityName, RecordTable } from './record-table.ts';
import type { Session } from './session.ts';
import type { StagedChanges } from './staged-changes.ts';

/** What waits to come into the history: change records, and the ends of Entities that have expired. */
export interface DueEnds extends Pick<RecordTable, 'isAnyOf' | 'entitiesOf'> {
  /** Makes a change record of the end of an Entity whose expiresAt has come; no effect on others. */
  end(of: EntityName): Promise<void>;
}

export function dueEnds(
  session: Session,
  records: Pick<RecordTable, 'isAnyOf' | 'entitiesOf'>,
  staged: Pick<StagedChanges, 'of' | 'end'>,
): DueEnds {
  const { database, tenants, now, group } = session;
  const one = database.prepare<[number]>(
    'SELECT 1 FROM entity WHERE tenant = ? AND id = ? AND expires_at <= ?',
  );
  const all = database.prepare<[string]>(
    'SELECT id FROM entity INDEXED BY entity_expiry WHERE expires_at <= ? AND tenant = ?',
  );
  const isDue = ({ tenant, entityId }: EntityName): boolean => {
    const no = tenants.find(tenant);
    return no !== undefined && one.get(no, entityId, now()) !== undefined;
  };
  return {
    isAnyOf: (of) => isDue(of) || records.isAnyOf(of),
    entitiesOf: (tenant) => {
      const no = tenants.find(tenant);
      const due = no === undefined ? [] : all.all(now(), no).map(([id]) => id);
      return due.length === 0
        ? records.entitiesOf(tenant)
        : [...new Set([...records.entitiesOf(tenant), ...due])];
    },
    end: async ({ tenant, entityId }) => {
      if (!(await session.read(() => isDue({ tenant, entityId })))) return;
      const key = keyPrefixOf(tenant) + entityId;
      try {
        await group.run(() => staged.end(staged.of(key, tenant, entityId), now()), {
          throwsBeforeWriting: true,
        });
      } catch (error) {
        // Where the store cannot be written the history is read without it.
        if (!(error instanceof NgsiLdError && error.type === 'Unavailable')) throw error;
      }
    },
  };
}
