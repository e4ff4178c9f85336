import type { AttributeChange, ParsedNotification } from './parse-notification.ts';

/** A change with what makes it itself. */
export interface FreshChange extends AttributeChange {
  /** The same for the same change told twice. */
  readonly mark: string;
}

/** Some brokers stamp the Attributes of one request one after the other. */
const sameRequest = 1_000_000;

/**
 * The changes that a notification is about. It repeats every watched Attribute of the Entity, also those that were changed
 * long ago: only the newest are meant. Where the broker gives no times, only what `isNews` holds for, unless there is
 * but one.
 */
export function freshChanges(
  { id, changes }: ParsedNotification,
  isNews: (change: AttributeChange) => boolean,
): readonly FreshChange[] {
  return [...byEntity(changes).values()].flatMap((ofEntity) => {
    const newest = Math.max(...ofEntity.map(({ changedAt }) => changedAt ?? Number.NEGATIVE_INFINITY));
    return ofEntity
      .filter((change) =>
        change.changedAt === undefined
          ? ofEntity.length === 1 || isNews(change)
          : change.changedAt >= newest - sameRequest,
      )
      .map((change) => ({ ...change, mark: markOf(change, id) }));
  });
}

function byEntity(changes: readonly AttributeChange[]): ReadonlyMap<string, readonly AttributeChange[]> {
  const entities = new Map<string, AttributeChange[]>();
  for (const change of changes) {
    const known = entities.get(change.entityId);
    if (known === undefined) entities.set(change.entityId, [change]);
    else known.push(change);
  }
  return entities;
}

function markOf({ commandId, changedAt, datasetId = '' }: AttributeChange, notificationId: string): string {
  if (commandId !== undefined) return `id ${commandId}`;
  return changedAt === undefined
    ? `notification ${notificationId} ${datasetId}`
    : `at ${changedAt} ${datasetId}`;
}
