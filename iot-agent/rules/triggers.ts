import { type AttributeChange, parseNotification } from '../commands/parse-notification.ts';
import { isCalled } from '../commands/told-name.ts';
import { parseDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import type { Condition } from './compiled-rule.ts';

/** An Entity that fulfils the condition of a rule. */
export interface Trigger {
  readonly entityId: string;
  /** Microseconds since 1970: when the newest watched Attribute was observed; when the broker told of it where nobody says. */
  readonly observedAt: number | undefined;
  /** Ids of the Entities that a Relationship of it names. */
  linkedBy(attribute: string): readonly string[];
}

/** The Entities that a Notification (clause 5.3.1) tells of. @throws NotificationError */
export function triggersIn(body: unknown, { watched }: Condition): readonly Trigger[] {
  const { changes } = parseNotification(body);
  const told = (body as { readonly notifiedAt?: unknown }).notifiedAt;
  const notifiedAt = typeof told === 'string' ? parseDateTime(told) : undefined;
  const entities = new Map<string, AttributeChange[]>();
  for (const change of changes) {
    const known = entities.get(change.entityId);
    if (known === undefined) entities.set(change.entityId, [change]);
    else known.push(change);
  }
  return [...entities].map(([entityId, ofEntity]) => ({
    entityId,
    observedAt:
      newest(ofEntity.filter(({ name }) => watched.some((one) => isCalled(name, one)))) ?? notifiedAt,
    linkedBy: (attribute) => [
      ...new Set(
        ofEntity.filter(({ name }) => isCalled(name, attribute)).flatMap(({ value }) => idsIn(value)),
      ),
    ],
  }));
}

function newest(changes: readonly AttributeChange[]): number | undefined {
  const times = changes.flatMap(({ changedAt }) => changedAt ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** One id, a list of them, or the objects of a ListRelationship. */
function idsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((one: Json) => idsIn(one));
  const object = (value as { readonly object?: Json } | null)?.object;
  return typeof object === 'string' ? [object] : [];
}
