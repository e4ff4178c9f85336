import type { Json, JsonObject } from '../entity.ts';
import type { AttributeDeletion, AttributeFragment, AttributesFragment } from '../entity-input.ts';
import { badRequest } from '../errors.ts';
import { looksLikeGeometry } from '../geojson.ts';
import { isObject } from '../json-object.ts';
import { isName, isNgsiLdNull } from '../names.ts';
import { INSTANCE_MEMBERS, parseDatasetId } from './instance-members.ts';
import { deletion, readBare, readValueMember, requirePartial } from './instance-values.ts';
import { isInstanceLike, isSimplifiedDatasets, type Layout, layoutOf, readsAsInstances } from './layout.ts';
import { parseAttributeName } from './parse-names.ts';
import { type InstanceDraft, READING_MODES, type Reading } from './reading.ts';
import { refuseSeal } from './reserved-attributes.ts';
import { readSimplified } from './simplified.ts';

type Instance = AttributeFragment | AttributeDeletion;

/**
 * All instances of an Attribute in a body: one, or an array with distinct datasetIds (clause 4.5.5).
 * @throws NgsiLdError BadRequestData.
 */
export function parseInstances(raw: Json, reading: Reading, what: string): readonly Instance[] {
  if (reading.isSimplified && isObject(raw) && isSimplifiedDatasets(raw)) {
    return readDatasets(raw['dataset'] as JsonObject, reading, what);
  }
  if (reading.isSimplified || !Array.isArray(raw) || !readsAsInstances(raw)) {
    return [readInstance(raw, reading, what)];
  }
  const instances = raw.map((instance: Json) => readInstance(instance, reading, what));
  if (instances.length > 1) checkDatasetIds(instances, what);
  return instances;
}

function readDatasets(datasets: JsonObject, reading: Reading, what: string): readonly Instance[] {
  return Object.entries(datasets).map(([key, value]) => {
    const datasetId = parseDatasetId(key, what);
    const instance = readInstance(value, reading, what);
    return datasetId === undefined ? instance : { ...instance, datasetId };
  });
}

function checkDatasetIds(instances: readonly Instance[], what: string): void {
  const seen = new Set<string | undefined>();
  for (const { datasetId } of instances) {
    if (seen.has(datasetId)) {
      throw badRequest(
        `${what} has two instances ${datasetId === undefined ? 'without datasetId' : `with datasetId ${datasetId}`}: ` +
          'give each instance another one',
      );
    }
    seen.add(datasetId);
  }
}

/**
 * One instance of an Attribute, normalized, concise or, where declared, simplified (clauses 4.5.2 to 4.5.4). In mode
 * `complete` the result has kind and value. `what` names the Attribute in errors.
 * @throws NgsiLdError BadRequestData.
 */
export function readInstance(raw: Json, reading: Reading, what: string): Instance {
  if (isNgsiLdNull(raw)) return deletion(undefined, reading, what);
  if (reading.isSimplified) return readSimplified(raw, reading, what);
  if (!isObject(raw)) return readBare(raw, reading, what);
  const layout = layoutOf(raw, reading.vocabulary, what);
  if (layout === 'value' && !isFragment(raw, reading)) return readBareObject(raw, reading, what);
  return readMembers(raw, layout === 'value' ? 'unknown' : layout, reading, what);
}

/** Nothing but NGSI-LD Nulls are members of the value or sub-Attributes: which of them, only the Attribute can tell. */
function readBareObject(raw: JsonObject, reading: Reading, what: string): Instance {
  const bare = readBare(raw, reading, what);
  if (reading.mode.instances === 'complete' || !isRemoval(raw)) return bare;
  const draft: InstanceDraft = {};
  for (const [name, value] of Object.entries(raw)) readSubAttribute(draft, name, value, reading, what);
  return draft.subAttributes === undefined ? bare : { ...bare, removals: draft.subAttributes };
}

/** True for an object that ends in nothing but NGSI-LD Nulls, however deep. */
function isRemoval(raw: JsonObject): boolean {
  const members = Object.entries(raw);
  return (
    members.length > 0 &&
    members.every(
      ([name, value]) => isName(name) && (isNgsiLdNull(value) || (isObject(value) && isRemoval(value))),
    )
  );
}

/** The members of an Attribute fragment, which is an instance even when it has no value (clause 5.6.4). */
export function readFragment(raw: JsonObject, reading: Reading, what: string): Instance {
  const layout = layoutOf(raw, reading.vocabulary, what);
  if (layout === 'value' && looksLikeGeometry(raw)) return readBare(raw, reading, what);
  return readMembers(raw, layout === 'value' ? 'unknown' : layout, reading, what);
}

function readMembers(
  raw: JsonObject,
  layout: Exclude<Layout, 'value'>,
  reading: Reading,
  what: string,
): Instance {
  const draft: InstanceDraft = {};
  if (layout === 'unknown') requirePartial(reading, what);
  else if (readValueMember(draft, raw, layout, reading, what)) {
    return deletion(raw['datasetId'], reading, what);
  }
  for (const name in raw) {
    const readMember = INSTANCE_MEMBERS.get(name);
    if (readMember === undefined) readSubAttribute(draft, name, raw[name] as Json, reading, what);
    else readMember(draft, raw[name] as Json, reading, what);
  }
  return draft;
}

/** Adds one sub-Attribute to the draft of the instance that it belongs to (clauses 4.5.2, 4.5.3). */
function readSubAttribute(
  draft: InstanceDraft,
  name: string,
  raw: Json,
  reading: Reading,
  what: string,
): void {
  const iri = parseAttributeName(name, reading.vocabulary);
  const path = `${what}.${name}`;
  const mode = READING_MODES[reading.mode.subAttributes];
  const inner = mode === reading.mode ? reading : { ...reading, mode };
  const instances = parseInstances(raw, inner, path);
  for (const instance of instances) refuseSeal(instance, path);
  // What replaces an instance whole has nothing to delete: a sub-Attribute that is NGSI-LD Null is just not there.
  const kept =
    reading.mode.instances === 'complete' ? instances.filter((instance) => !instance.deleted) : instances;
  if (kept.length === 0) return;
  const subAttributes = (draft.subAttributes ?? {}) as Record<string, AttributesFragment[string]>;
  if (subAttributes[iri] !== undefined) throw badRequest(`${path} is given twice, under two names`);
  subAttributes[iri] = kept;
  draft.subAttributes = subAttributes;
}

/** In a merge an object that holds instances names sub-Attributes; read as a value it would replace the value. */
function isFragment(raw: JsonObject, { mode }: Reading): boolean {
  if (mode.instances === 'complete') return false;
  return Object.values(raw).some((value) =>
    Array.isArray(value) ? readsAsInstances(value) : isInstanceLike(value),
  );
}
