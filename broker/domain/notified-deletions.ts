import { ATTRIBUTE_KINDS } from './attribute-kinds.ts';
import type { AttributeChange, Change } from './change/changes.ts';
import { formatDateTime } from './date-time.ts';
import { type Attribute, type Json, type JsonObject, type Micros, NGSI_LD_NULL } from './entity.ts';
import { isInstanceLike } from './parsing/layout.ts';
import { type Form, previousValue } from './representation/forms.ts';
import { isProjected } from './representation/projection.ts';
import type { RepresentOptions } from './representation/represent.ts';
import { type Members, setMember } from './set-member.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How deletions are told. */
export interface DeletionOptions
  extends Pick<RepresentOptions, 'form' | 'sysAttrs' | 'projection' | 'datasetIds'> {
  readonly showChanges: boolean;
  readonly vocabulary: Vocabulary;
  /** When it went. */
  readonly at: Micros;
}

/** Adds to a shown Entity NGSI-LD Null for what the change deleted of that which is shown (clause 5.8.6). */
export function withDeletions(
  body: JsonObject,
  { attributes, entity }: Pick<Change, 'attributes' | 'entity'>,
  options: DeletionOptions,
): JsonObject {
  const deleted = attributes.filter((change) => change.kind === 'deleted' && isAskedFor(change, options));
  if (deleted.length === 0) return body;
  const { form = 'normalized', sysAttrs = false } = options;
  const members: Members = { ...body };
  for (const attribute of new Set(deleted.map((change) => change.attribute))) {
    const gone = deleted.filter((change) => change.attribute === attribute);
    const name = options.vocabulary.compact(attribute);
    const shown = Object.hasOwn(body, name) ? body[name] : undefined;
    const left = entity?.attributes[attribute] ?? [];
    setMember(members, name, withNulls(shown, gone, { ...options, format: form, sysAttrs, left }));
  }
  return members;
}

function isAskedFor(
  { attribute, datasetId }: AttributeChange,
  { projection, datasetIds }: DeletionOptions,
): boolean {
  if (projection !== undefined && !isProjected(projection, attribute)) return false;
  return datasetIds === undefined || datasetIds.has(datasetId ?? '@none');
}

/** How what was deleted of one Attribute is told. */
interface Telling extends Pick<DeletionOptions, 'showChanges' | 'at' | 'vocabulary' | 'datasetIds'> {
  readonly format: Form;
  readonly sysAttrs: boolean;
  /** The instances that the Attribute still has. */
  readonly left: readonly Attribute[];
}

/**
 * An Attribute that is gone as a whole is one null, concise the bare URI; what went of several datasets, when, or what
 * it was before takes an instance each, beside those that are left.
 */
function withNulls(shown: Json | undefined, gone: readonly AttributeChange[], telling: Telling): Json {
  const { format, sysAttrs, showChanges } = telling;
  if (format === 'simplified')
    return shown === undefined ? NGSI_LD_NULL : withNullDatasets(shown, gone, telling);
  const [first] = gone as readonly [AttributeChange, ...AttributeChange[]];
  if (shown === undefined && !sysAttrs && !showChanges && isWhole(gone, telling)) {
    if (format === 'concise') return NGSI_LD_NULL;
    const { datasetId: _none, ...whole } = first;
    return nullInstance(whole, format, telling);
  }
  const nulls = gone.map((change) => nullInstance(change, format, telling));
  if (shown !== undefined) return [...asInstances(shown, telling), ...nulls];
  return nulls.length === 1 ? (nulls[0] as Json) : nulls;
}

/** What is left as it stands among several; alone it may be the bare value of the concise representation. */
function asInstances(shown: Json, telling: Telling): readonly Json[] {
  if (remaining(telling).length > 1) return shown as readonly Json[];
  return [isInstanceLike(shown) ? shown : { value: shown }];
}

/** The instances that the Attribute still has, of the datasets that the Subscription shows. */
function remaining({ left, datasetIds }: Telling): readonly Attribute[] {
  return left.filter(({ datasetId }) => datasetIds?.has(datasetId ?? '@none') ?? true);
}

/** True when no datasetId has to be told: the default instance went alone, or all that there were went together. */
function isWhole(gone: readonly AttributeChange[], { left }: Telling): boolean {
  return gone.length === 1 ? gone[0]?.datasetId === undefined : left.length === 0;
}

/** The simplified representation of several instances (clause 4.5.4), with those that went. */
function withNullDatasets(shown: Json, gone: readonly AttributeChange[], telling: Telling): Json {
  const [only, ...more] = remaining(telling);
  const kept =
    more.length === 0 ? { [only?.datasetId ?? '@none']: shown } : (shown as { dataset: JsonObject }).dataset;
  const nulls = gone.map(({ datasetId }) => [datasetId ?? '@none', NGSI_LD_NULL]);
  return { dataset: { ...kept, ...Object.fromEntries(nulls) } };
}

function nullInstance(
  { datasetId, before }: AttributeChange,
  format: 'normalized' | 'concise',
  { sysAttrs, showChanges, at, vocabulary }: Telling,
): Json {
  if (before === undefined) throw new Error('A deleted instance is known as it was.');
  const { valueMember, nullValue } = ATTRIBUTE_KINDS[before.kind];
  return {
    ...(format === 'normalized' && { type: before.kind }),
    [valueMember]: nullValue,
    ...(showChanges && previousValue(before, vocabulary, format)),
    ...(datasetId !== undefined && { datasetId }),
    ...(sysAttrs && {
      createdAt: formatDateTime(before.createdAt),
      modifiedAt: formatDateTime(at),
      deletedAt: formatDateTime(at),
    }),
  };
}
