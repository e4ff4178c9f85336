import type { Attribute, Attributes, Entity, Micros, Recorded } from '../entity.ts';
import type { AttributeChange, Change } from './changes.ts';

/** What the history tells of an Entity that it does not know. */
const UNKNOWN: Recorded = { until: 0, types: [], scopes: [] };

/** The last state that the history tells of. */
export function recordedOf({ recorded, modifiedAt, types, scopes }: Entity): Recorded {
  return recorded ?? { until: modifiedAt, types, scopes };
}

/**
 * The Change with what its Entity has to say of its history: nothing where that takes the whole change, and with it what
 * was not there before; else which state is the last that it tells of.
 */
export function withRecorded(change: Change, isKept: boolean): Change {
  const { entity, before } = change;
  if (entity === undefined) return change;
  const recorded = isKept ? undefined : before === undefined ? UNKNOWN : recordedOf(before);
  if (entity.recorded === recorded) return change;
  const { recorded: _, ...rest } = entity;
  return { ...change, entity: recorded === undefined ? rest : { ...rest, recorded } };
}

/** The Attribute instances that the history does not tell of yet. */
export function unrecorded({ attributes, recorded }: Entity): Attributes {
  if (recorded === undefined) return {};
  const lacking: Record<string, readonly Attribute[]> = {};
  for (const [name, instances] of Object.entries(attributes)) {
    const later = instances.filter(({ modifiedAt }) => modifiedAt > recorded.until);
    if (later.length > 0) lacking[name] = later;
  }
  return lacking;
}

/** True where something ends that the history tells of: the Entity, or an instance of one of its Attributes. */
export function endsRecorded({ before, entity, attributes }: Change): boolean {
  if (before === undefined) return false;
  const { until } = recordedOf(before);
  if (until === UNKNOWN.until) return false;
  return entity === undefined || attributes.some((touched) => isRecordedEnd(touched, until));
}

/** True for the deletion of an Attribute instance that was created in a state which the history tells of. */
export function isRecordedEnd({ kind, before }: AttributeChange, until: Micros): boolean {
  return kind === 'deleted' && before !== undefined && before.createdAt <= until;
}
