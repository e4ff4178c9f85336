import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import { formatDateTime } from '../date-time.ts';
import type { Attribute, AttributeKind, Json, JsonObject, Micros } from '../entity.ts';
import type { TimeProperty } from '../query/temporal-query.ts';
import { type Members, setMember } from '../set-member.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { FORMS, type Writing } from './forms.ts';
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

/** What a Temporal Evolution says of its Entity besides instances. */
export interface EvolutionHead {
  readonly id: string;
  readonly types: readonly string[];
  readonly createdAt: Micros;
  readonly modifiedAt: Micros;
  readonly deletedAt?: Micros;
}

/** The Temporal Evolution of an Entity, as far as it was asked for. */
export interface TemporalEntity extends EvolutionHead {
  /** Attribute IRI → instances, in the order in which they are to be shown; `@scope` for the scopes. */
  readonly instances: ReadonlyMap<string, readonly TemporalInstance[]>;
  /** Attributes that stand without instances, and one that each has elsewhere (clause 6.3.10). */
  readonly later: ReadonlyMap<string, TemporalInstance>;
}

/** `normalized` (clauses 4.5.6 to 4.5.8) or the simplified `temporalValues` (clause 4.5.9). */
export type TemporalForm = 'normalized' | 'temporalValues';

/** How the head of an evolution is shown. */
export interface EvolutionHeadOptions {
  readonly sysAttrs: boolean;
  readonly projection?: Projection;
}

export interface TemporalOptions extends EvolutionHeadOptions {
  readonly form: TemporalForm;
  /** The time beside each value in temporalValues; instances without it are left out there. */
  readonly timeproperty: TimeProperty;
  readonly lang?: LanguagePreferences;
}

/** Undefined when there is nothing to write. */
type InstancesWriter = (
  instances: readonly TemporalInstance[],
  writing: Writing,
  timeproperty: TimeProperty,
) => Json | undefined;

/** Writes an Attribute that stands without instances; one from elsewhere tells its kind. */
type EmptyWriter = (
  later: TemporalInstance,
  writing: Writing,
  timeproperty: TimeProperty,
) => Json | undefined;

interface FormWriters {
  readonly write: InstancesWriter;
  readonly writeEmpty: EmptyWriter;
}

const WRITERS: Readonly<Record<TemporalForm, FormWriters>> = {
  normalized: {
    write: (instances, writing) => instances.map((instance) => writeInstance(instance, writing)),
    writeEmpty: () => [],
  },
  temporalValues: { write: writeValues, writeEmpty: writeNoValues },
};

/** The evolution with the names of the @context; undefined when there are no instances, or nothing is to be shown. */
export function representTemporal(
  entity: TemporalEntity,
  vocabulary: Vocabulary,
  options: TemporalOptions,
): JsonObject | undefined {
  return hasInstances(entity) ? writeEvolution(entity, vocabulary, options) : undefined;
}

/** True where Attributes or scopes have instances, there or elsewhere, shown or not. */
export function hasInstances({ instances, later }: TemporalEntity): boolean {
  return later.size > 0 || [...instances].some(isOfAttribute);
}

/** As `representTemporal`, also where there are no instances: undefined when nothing is to be shown. */
export function writeEvolution(
  entity: TemporalEntity,
  vocabulary: Vocabulary,
  options: TemporalOptions,
): JsonObject | undefined {
  const members = writeHead(entity, vocabulary, options);
  writeAttributes(members, entity, vocabulary, options, wantedBy(options));
  return Object.keys(members).length === 0 ? undefined : members;
}

/** A change of type is no Attribute: `type` tells all types there were. */
function isOfAttribute([iri, instances]: readonly [string, readonly TemporalInstance[]]): boolean {
  return iri !== '@type' && instances.length > 0;
}

/** The members of an evolution that are no Attributes, as a new object for these. */
export function writeHead(
  entity: EvolutionHead,
  vocabulary: Vocabulary,
  options: EvolutionHeadOptions,
): Members {
  const members: Members = {};
  const isWanted = wantedBy(options);
  if (isWanted('id')) members['id'] = entity.id;
  if (isWanted('type')) members['type'] = oneOrMany(entity.types.map((type) => vocabulary.compact(type)));
  if (options.sysAttrs) writeTimes(members, entity);
  return members;
}

function wantedBy({ projection }: EvolutionHeadOptions): (name: string) => boolean {
  return (name) => projection === undefined || isProjected(projection, name);
}

function writeAttributes(
  members: Members,
  { instances: all, later }: TemporalEntity,
  vocabulary: Vocabulary,
  { form, timeproperty, sysAttrs, lang }: TemporalOptions,
  isWanted: (name: string) => boolean,
): void {
  const writing: Writing = { vocabulary, sysAttrs, ...(lang !== undefined && { lang }) };
  const attributes = [...all].filter(isOfAttribute);
  const put = (iri: string, written: Json | undefined): void => {
    if (written === undefined || !isWanted(iri === '@scope' ? 'scope' : iri)) return;
    setMember(members, iri === '@scope' ? 'scope' : vocabulary.compact(iri), written);
  };
  const { write, writeEmpty } = WRITERS[form];
  for (const [iri, instances] of attributes)
    put(iri, write(iri === '@scope' ? instances.map(withBareScope) : instances, writing, timeproperty));
  for (const [iri, instance] of later) put(iri, writeEmpty(instance, writing, timeproperty));
}

/** Scopes are an array where there is more than one (clause 4.18, annex C.5.16.3); where there is none any more, too. */
function withBareScope(instance: TemporalInstance): TemporalInstance {
  const { attributeInstance } = instance;
  const value = oneOrMany(attributeInstance.value as readonly string[]);
  return { ...instance, attributeInstance: { ...attributeInstance, value } };
}

function writeInstance(
  { instanceId, attributeInstance, deletedAt }: TemporalInstance,
  writing: Writing,
): Json {
  const members = FORMS.normalized([attributeInstance], writing) as JsonObject;
  return {
    ...members,
    instanceId,
    ...(deletedAt !== undefined && { deletedAt: formatDateTime(deletedAt) }),
  };
}

function writeTimes(members: Members, { createdAt, modifiedAt, deletedAt }: EvolutionHead): void {
  members['createdAt'] = formatDateTime(createdAt);
  members['modifiedAt'] = formatDateTime(modifiedAt);
  if (deletedAt !== undefined) members['deletedAt'] = formatDateTime(deletedAt);
}

interface Series {
  readonly kind: AttributeKind;
  readonly datasetId: string | undefined;
  readonly pairs: Json[];
}

/** Pairs of value and time: one object, or several where kinds or datasets differ. */
function writeValues(
  instances: readonly TemporalInstance[],
  writing: Writing,
  timeproperty: TimeProperty,
): Json | undefined {
  const all = new Map<string, Series>();
  for (const instance of instances) {
    const time = timeOf(instance, timeproperty);
    if (time === undefined) continue;
    const value = FORMS.simplified([instance.attributeInstance], writing);
    seriesOf(all, instance.attributeInstance, writing).pairs.push([value, formatDateTime(time)]);
  }
  const written = [...all.values()].map(writeSeries);
  return written.length > 1 ? written : written[0];
}

function writeSeries({ kind, datasetId, pairs }: Series): JsonObject {
  return {
    type: kind,
    ...(datasetId !== undefined && { datasetId }),
    [ATTRIBUTE_KINDS[kind].temporalMember]: pairs,
  };
}

/** Undefined where the instance has no such time: it would not be among the values either. */
function writeNoValues(
  later: TemporalInstance,
  writing: Writing,
  timeproperty: TimeProperty,
): Json | undefined {
  if (timeOf(later, timeproperty) === undefined) return undefined;
  return writeSeries({ kind: shownKind(later.attributeInstance, writing), datasetId: undefined, pairs: [] });
}

/** In one language a languageMap is the value of a Property (clause 4.15). */
function shownKind({ kind }: Attribute, { lang }: Writing): AttributeKind {
  return lang !== undefined && kind === 'LanguageProperty' ? 'Property' : kind;
}

function seriesOf(all: Map<string, Series>, attribute: Attribute, writing: Writing): Series {
  const { datasetId } = attribute;
  const kind = shownKind(attribute, writing);
  const key = `${kind} ${datasetId ?? ''}`;
  const series = all.get(key) ?? { kind, datasetId, pairs: [] };
  all.set(key, series);
  return series;
}

function timeOf(
  { attributeInstance, deletedAt }: TemporalInstance,
  timeproperty: TimeProperty,
): Micros | undefined {
  return timeproperty === 'deletedAt' ? deletedAt : attributeInstance[timeproperty];
}
