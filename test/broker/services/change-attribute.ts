import type { Attribute, Entity, Micros } from '../../../broker/domain/entity.ts';
import type { Decision } from '../../../broker/store/store.ts';
import type { HistoryEntity } from '../../../broker/store/temporal-store.ts';

/** The Decision that gives the Entity this Attribute, and makes it where it is not there. */
export function changeAttribute(
  { id, types, scopes }: HistoryEntity,
  attribute: string,
  instance: Attribute,
): (current: Entity | undefined, now: Micros) => Decision<undefined> {
  return (current, now) => {
    const after = { ...instance, createdAt: now, modifiedAt: now };
    const head = current ?? { id, types, scopes, createdAt: now, attributes: {} };
    const entity: Entity = {
      ...head,
      modifiedAt: now,
      attributes: { ...head.attributes, [attribute]: [after] },
    };
    const { datasetId } = after;
    const change = { attribute, ...(datasetId !== undefined && { datasetId }), after };
    const before = current?.attributes[attribute]?.[0];
    return {
      answer: undefined,
      change: {
        entity,
        attributes: [
          before === undefined ? { ...change, kind: 'created' } : { ...change, kind: 'updated', before },
        ],
        scopesChanged: false,
        ...(current === undefined
          ? { kind: 'created', typesChanged: true }
          : { kind: 'updated', before: current, typesChanged: false }),
      },
    };
  };
}
