import { createHash } from 'node:crypto';
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
 * long ago: only the newest are meant, and those that it shows as written again. Where the broker gives no times, only what `isNews` holds for, unless there is
 * but one.
 */
export async function freshChanges(
  { id, changes }: ParsedNotification,
  isNews: (change: AttributeChange) => Promise<boolean>,
): Promise<readonly FreshChange[]> {
  const entities = [...byEntity(changes).values()];
  const fresh = await Promise.all(entities.map((ofEntity) => freshOf(ofEntity, isNews)));
  return fresh.flat().map((change) => ({ ...change, mark: markOf(change, id) }));
}

async function freshOf(
  changes: readonly AttributeChange[],
  isNews: (change: AttributeChange) => Promise<boolean>,
): Promise<readonly AttributeChange[]> {
  const newest = changes.reduce(
    (latest, { changedAt = latest }) => Math.max(latest, changedAt),
    Number.NEGATIVE_INFINITY,
  );
  const isMeant = async (change: AttributeChange): Promise<boolean> => {
    if (change.isRepeated) return true;
    if (change.changedAt !== undefined) return change.changedAt >= newest - sameRequest;
    return changes.length === 1 || isNews(change);
  };
  const meant = await Promise.all(changes.map(isMeant));
  return changes.filter((_, index) => meant[index]);
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

function markOf(
  { commandId, changedAt, value, isRepeated, datasetId = '' }: AttributeChange,
  notificationId: string,
): string {
  if (commandId !== undefined) return `id ${commandId}`;
  // What stays as it was keeps its time: only the notification tells the second time from the first.
  if (changedAt === undefined || isRepeated) return `notification ${notificationId} ${datasetId}`;
  // Clocks of brokers and writers are coarse: two values of one moment are two changes.
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url');
  return `at ${changedAt} ${hash} ${datasetId}`;
}
