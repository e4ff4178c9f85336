import type { AttributeChange, Change } from '../change/changes.ts';
import type { Attribute, Entity } from '../entity.ts';
import { withoutExpired } from '../expiry.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { conformTo, SEVERAL_SINCE } from './conformance.ts';
import type { RepresentOptions } from './represent.ts';

/** A Change as an older version of the standard has it, and how it is to be shown now. */
export interface AmendedChange {
  readonly change: Change;
  readonly options: RepresentOptions;
}

/**
 * The Change with what there is before and after it in the forms of version 1.`minor` (clause 4.3.6.8). Where Attributes
 * had one instance each, it lists what happened to that one alone.
 */
export function conformChange(
  minor: number,
  change: Change,
  vocabulary: Vocabulary,
  options: RepresentOptions,
): AmendedChange {
  const amend = (entity: Entity) =>
    conformTo(minor, withoutExpired(entity, options.now), vocabulary, options);
  const entity = change.entity && amend(change.entity);
  const before = change.before && amend(change.before);
  const amendInstance = (attribute: string, instance: Attribute | undefined): Attribute | undefined => {
    const holder = change.entity ?? change.before;
    if (instance === undefined || holder === undefined) return undefined;
    return amend({ ...holder, attributes: { [attribute]: [instance] } }).entity.attributes[attribute]?.[0];
  };
  const listed = minor < SEVERAL_SINCE ? aboutOnlyInstances(change, options) : change.attributes;
  const attributes = listed.map(({ attribute, kind, before: was, after: is, ...rest }): AttributeChange => {
    const [amendedBefore, amendedAfter] = [amendInstance(attribute, was), amendInstance(attribute, is)];
    return {
      ...{ attribute, kind },
      ...(minor >= SEVERAL_SINCE && rest),
      ...(amendedBefore && { before: amendedBefore }),
      ...(amendedAfter && { after: amendedAfter }),
    };
  });
  return {
    change: {
      ...change,
      ...(entity && { entity: entity.entity }),
      ...(before && { before: before.entity }),
      attributes,
    },
    options: (entity ?? before)?.options ?? options,
  };
}

/** Of each Attribute the change of the one instance that stands for it, or did when it went. */
function aboutOnlyInstances(
  { entity, before, attributes }: Change,
  { datasetIds }: RepresentOptions,
): readonly AttributeChange[] {
  return attributes.filter(({ attribute, datasetId }) => {
    const there = entity?.attributes[attribute] ?? before?.attributes[attribute] ?? [];
    const shown = there.filter((instance) => datasetIds?.has(instance.datasetId ?? '@none') ?? true);
    const only = shown.find((instance) => instance.datasetId === undefined) ?? shown[0];
    return only !== undefined && only.datasetId === datasetId;
  });
}
