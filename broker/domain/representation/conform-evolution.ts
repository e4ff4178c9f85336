import type { AggregatedSeries } from '../aggregation/aggregator.ts';
import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import type { Attribute } from '../entity.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { amenderOf, SCOPE_SINCE, SEVERAL_SINCE } from './conformance.ts';
import { isProjected } from './projection.ts';
import type {
  EvolutionHead,
  EvolutionHeadOptions,
  TemporalEntity,
  TemporalInstance,
  TemporalOptions,
} from './temporal.ts';

/** A Temporal Evolution as an older version of the standard has it. */
export interface AmendedEvolution {
  readonly entity: TemporalEntity;
  /** True when something that is shown is no longer there, or in another form. */
  readonly isAltered: boolean;
}

/** As `AmendedEvolution`, of aggregated values. */
export interface AmendedAggregates<Head extends EvolutionHead> {
  readonly head: Head;
  readonly series: readonly AggregatedSeries[];
  readonly isAltered: boolean;
}

type Group = readonly TemporalInstance[];

/**
 * The evolution without what version 1.`minor` of the standard does not have, and in the forms that it has (clause
 * 4.3.6.8). Where there were no datasets, those of the default one stay, else those of the first.
 */
export function conformEvolution(
  minor: number,
  entity: TemporalEntity,
  vocabulary: Vocabulary,
  options: TemporalOptions,
): AmendedEvolution {
  const amend = groupAmender(minor, vocabulary, options);
  let isAltered = false;
  const amendAll = (groups: Iterable<readonly [name: string, group: Group]>): [string, Group][] => {
    const amended: [string, Group][] = [];
    for (const [name, group] of groups) {
      if (!isWanted(name, options)) continue;
      const kept = isKnown(name, minor) ? amend(group) : [];
      isAltered ||= kept !== group;
      if (kept.length > 0) amended.push([name, kept]);
    }
    return amended;
  };
  const types = amendTypes(entity.types, minor, options);
  const instances = new Map(amendAll(entity.instances));
  const later = amendAll([...entity.later].map(([name, one]) => [name, [one]]));
  return {
    entity: {
      ...entity,
      types,
      instances,
      later: new Map(later.map(([name, [one]]) => [name, one as TemporalInstance])),
    },
    isAltered: isAltered || types !== entity.types,
  };
}

/** As `conformEvolution`: of several datasets one is left, without its name. */
export function conformAggregates<Head extends EvolutionHead>(
  minor: number,
  head: Head,
  series: readonly AggregatedSeries[],
  options: EvolutionHeadOptions,
): AmendedAggregates<Head> {
  const types = amendTypes(head.types, minor, options);
  const known = series.filter(({ attribute }) => isKnown(attribute, minor));
  const kept = minor < SEVERAL_SINCE ? known.filter((one) => isOfOneDataset(one, known)) : known;
  const named = minor < SEVERAL_SINCE && kept.some(({ datasetId }) => datasetId !== undefined);
  return {
    head: types === head.types ? head : { ...head, types },
    series: named ? kept.map(({ datasetId: _named, ...rest }) => rest) : kept,
    isAltered: types !== head.types || kept.length < series.length || named,
  };
}

function isOfOneDataset(one: AggregatedSeries, all: readonly AggregatedSeries[]): boolean {
  const ofAttribute = all.filter(({ attribute }) => attribute === one.attribute);
  return one.datasetId === datasetOf(ofAttribute);
}

/** Gives a group back as it is where nothing of it differs. */
function groupAmender(
  minor: number,
  vocabulary: Vocabulary,
  { form, ...options }: TemporalOptions,
): (group: Group) => Group {
  const isSimplified = form === 'temporalValues';
  const amend = amenderOf(minor, vocabulary, {
    ...options,
    form: isSimplified ? 'simplified' : 'normalized',
  });
  const amendInstance = (instance: TemporalInstance): TemporalInstance => {
    const { attributeInstance } = instance;
    const amended = amend(
      // Series have the names of their datasets beside them.
      minor < SEVERAL_SINCE && isSimplified ? withoutDataset(attributeInstance) : attributeInstance,
    );
    if (amended === attributeInstance) return instance;
    const isOtherDeletion = instance.deletedAt !== undefined && amended.kind !== attributeInstance.kind;
    // Each kind has a Null of its own (clause 4.5.7).
    const value = isOtherDeletion ? ATTRIBUTE_KINDS[amended.kind].nullValue : amended.value;
    return { ...instance, attributeInstance: { ...amended, value } };
  };
  return (group) => {
    const dataset = datasetOf(group.map(({ attributeInstance }) => attributeInstance));
    const kept =
      minor < SEVERAL_SINCE
        ? group.filter(({ attributeInstance }) => attributeInstance.datasetId === dataset)
        : group;
    const amended = kept.map(amendInstance);
    const isSame = kept.length === group.length && amended.every((instance, at) => instance === group[at]);
    return isSame ? group : amended;
  };
}

/** Undefined, the default one, where any is of that. */
function datasetOf(all: readonly { readonly datasetId?: string }[]): string | undefined {
  return all.some(({ datasetId }) => datasetId === undefined) ? undefined : all[0]?.datasetId;
}

function withoutDataset(instance: Attribute): Attribute {
  if (instance.datasetId === undefined) return instance;
  const { datasetId: _named, ...rest } = instance;
  return rest;
}

function amendTypes(
  types: readonly string[],
  minor: number,
  options: EvolutionHeadOptions,
): readonly string[] {
  return minor < SEVERAL_SINCE && types.length > 1 && isWanted('type', options) ? types.slice(0, 1) : types;
}

function isKnown(name: string, minor: number): boolean {
  return name !== '@scope' || minor >= SCOPE_SINCE;
}

function isWanted(name: string, { projection }: EvolutionHeadOptions): boolean {
  return projection === undefined || isProjected(projection, name === '@scope' ? 'scope' : name);
}
