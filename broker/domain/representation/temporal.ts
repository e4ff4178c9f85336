import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import { formatDateTime } from '../date-time.ts';
import type { Attribute, Json, JsonObject, Micros } from '../entity.ts';
import type { TimeProperty } from '../query/temporal-query.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { FORMS, type Members, type Writing } from './forms.ts';
import type { LanguagePreferences } from './language.ts';
import { isProjected, type Projection } from './projection.ts';
import { oneOrMany } from './represent.ts';

/** One instance of an Attribute in the past. */
export interface TemporalInstance {
  readonly instanceId: string;
  readonly attributeInstance: Attribute;
  /** Set on the instance that records a deletion. */
  readonly deletedAt?: Micros;
}

/** The Temporal Evolution of an Entity, as far as it was asked for. */
export interface TemporalEntity {
  readonly id: string;
  readonly types: readonly string[];
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly deletedAt?: Micros;
  /** Attribute IRI → instances, in the order in which they are to be shown; `@scope` for the scopes. */
  readonly instances: ReadonlyMap<string, readonly TemporalInstance[]>;
}

/** `normalized` (clauses 4.5.6 to 4.5.8) or the simplified `temporalValues` (clause 4.5.9). */
export type TemporalForm = 'normalized' | 'temporalValues';

export interface TemporalOptions {
  readonly form: TemporalForm;
  /** The time beside each value in temporalValues; instances without it are left out there. */
  readonly timeproperty: TimeProperty;
  readonly sysAttrs: boolean;
  readonly projection?: Projection;
  readonly lang?: LanguagePreferences;
}

type InstancesWriter = (instances: readonly TemporalInstance[], writing: Writing, timeproperty: TimeProperty) => Json;

const WRITERS: Readonly<Record<TemporalForm, InstancesWriter>> = {
  normalized: (instances, writing) => instances.map((instance) => writeInstance(instance, writing)),
  temporalValues: writeValues,
};

/** The evolution with the names of the @context; undefined when nothing of it is left to show. */
export function representTemporal(
  entity: TemporalEntity,
  vocabulary: Vocabulary,
  { form, timeproperty, sysAttrs, projection, lang }: TemporalOptions,
): JsonObject | undefined {
  const writing: Writing = lang === undefined ? { vocabulary, sysAttrs } : { vocabulary, sysAttrs, lang };
  const isWanted = (name: string): boolean => projection === undefined || isProjected(projection, name);
  const members: Members = {};
  if (isWanted('id')) members['id'] = entity.id;
  if (isWanted('type')) members['type'] = oneOrMany(entity.types.map((type) => vocabulary.compact(type)));
  if (sysAttrs) writeTimes(members, entity);
  let isEmpty = true;
  for (const [iri, instances] of entity.instances) {
    const name = iri === '@scope' ? 'scope' : iri;
    // A change of type is no Attribute: `type` above tells all types there were.
    if (iri === '@type' || !isWanted(name) || instances.length === 0) continue;
    members[name === 'scope' ? name : vocabulary.compact(name)] = WRITERS[form](instances, writing, timeproperty);
    isEmpty = false;
  }
  return isEmpty ? undefined : members;
}

function writeInstance({ instanceId, attributeInstance, deletedAt }: TemporalInstance, writing: Writing): Json {
  const members = FORMS.normalized([attributeInstance], writing) as JsonObject;
  return {
    ...members,
    instanceId,
    ...(deletedAt !== undefined && { deletedAt: formatDateTime(deletedAt) }),
  };
}

function writeTimes(members: Members, { createdAt, modifiedAt, deletedAt }: TemporalEntity): void {
  members['createdAt'] = formatDateTime(createdAt);
  members['modifiedAt'] = formatDateTime(modifiedAt);
  if (deletedAt !== undefined) members['deletedAt'] = formatDateTime(deletedAt);
}

/** Pairs of value and time: one object, or several where kinds or datasets differ. */
function writeValues(
  instances: readonly TemporalInstance[],
  writing: Writing,
  timeproperty: TimeProperty,
): Json {
  const series = new Map<string, { readonly first: Attribute; readonly pairs: Json[] }>();
  for (const instance of instances) {
    const { attributeInstance: attribute } = instance;
    const time = timeOf(instance, timeproperty);
    if (time === undefined) continue;
    const key = `${attribute.kind} ${attribute.datasetId ?? ''}`;
    const pairs = series.get(key) ?? { first: attribute, pairs: [] };
    pairs.pairs.push([FORMS.simplified([attribute], writing), formatDateTime(time)]);
    series.set(key, pairs);
  }
  const written = [...series.values()].map(({ first, pairs }) => ({
    type: first.kind,
    ...(first.datasetId !== undefined && { datasetId: first.datasetId }),
    [ATTRIBUTE_KINDS[first.kind].temporalMember]: pairs,
  }));
  return written.length === 1 ? (written[0] as JsonObject) : written;
}

function timeOf({ attributeInstance, deletedAt }: TemporalInstance, timeproperty: TimeProperty): Micros | undefined {
  return timeproperty === 'deletedAt' ? deletedAt : attributeInstance[timeproperty];
}
