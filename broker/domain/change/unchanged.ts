import type { Entity, Micros } from '../entity.ts';
import { withoutExpired } from '../expiry.ts';
import type { AttributeChange, Change } from './changes.ts';
import { finderOf } from './instances.ts';

/** The instances of Attributes that a write gives, whatever it gives of them; by IRI of the Attribute. */
export interface WrittenInstances {
  readonly [attribute: string]: readonly {
    readonly datasetId?: string;
    readonly deleted?: boolean | undefined;
  }[];
}

/**
 * The Change with the instances that were written and stay equal in every member listed as `unchanged`, for those who
 * want to hear of each update. Where nothing else changed, the Entity in it is the one before, its times too.
 * Undefined where there is neither.
 */
export function withUnchanged(
  change: Change | undefined,
  current: Entity,
  written: WrittenInstances,
  now: Micros,
): Change | undefined {
  const entity = change === undefined ? withoutExpired(current, now) : change.entity;
  if (entity === undefined) return change;
  const unchanged = unchangedIn(entity, written, change?.attributes ?? []);
  if (unchanged.length === 0) return change;
  if (change !== undefined) return { ...change, attributes: [...change.attributes, ...unchanged] };
  const same = { kind: 'updated', typesChanged: false, scopesChanged: false } as const;
  return { ...same, entity, before: entity, attributes: unchanged };
}

function unchangedIn(
  { attributes }: Entity,
  written: WrittenInstances,
  changes: readonly AttributeChange[],
): readonly AttributeChange[] {
  const listed = new Set(changes.map(({ attribute, datasetId }) => keyOf(attribute, datasetId)));
  return Object.entries(written).flatMap(([attribute, instances]) => {
    const find = finderOf(attributes[attribute]);
    return instances.flatMap(({ datasetId, deleted }): AttributeChange[] => {
      const instance = deleted ? undefined : find(datasetId);
      if (instance === undefined || listed.has(keyOf(attribute, datasetId))) return [];
      const same = { kind: 'updated', before: instance, after: instance, unchanged: true } as const;
      return [{ attribute, ...(datasetId !== undefined && { datasetId }), ...same }];
    });
  });
}

function keyOf(attribute: string, datasetId: string | undefined): string {
  return `${attribute} ${datasetId ?? ''}`;
}
