import { ATTRIBUTE_KINDS } from '../attribute-kinds.ts';
import { type AttributeKind, type Json, type JsonObject, NGSI_LD_NULL } from '../entity.ts';
import type { AttributeDeletion, AttributeFragment } from '../entity-input.ts';
import { badRequest } from '../errors.ts';
import { looksLikeGeometry } from '../geojson.ts';
import { checkPlainValue } from './check-plain-value.ts';
import { parseDatasetId } from './instance-members.ts';
import type { InstanceDraft, Reading } from './reading.ts';
import { isInOneLanguage, readSimplified } from './simplified.ts';

/** Sets kind and value of the draft; true when the value is NGSI-LD Null, and deletes. */
export function readValueMember(
  draft: InstanceDraft,
  raw: JsonObject,
  kind: AttributeKind,
  reading: Reading,
  what: string,
): boolean {
  const rules = ATTRIBUTE_KINDS[kind];
  const value = raw[rules.valueMember];
  draft.kind = kind;
  if (value === undefined) {
    requirePartial(reading, what, rules.valueMember);
    return false;
  }
  const isNull = rules.isDeletion(value);
  if (isNull && reading.mode.nulls !== 'record') return true;
  draft.value = isNull ? rules.nullValue : readValue(kind, value, reading, what);
  return false;
}

/** A value that stands alone: a Property, or a GeoProperty when it is a geometry (clause 4.5.2.3). */
export function readBare(raw: Json, reading: Reading, what: string): AttributeFragment {
  if (reading.lang !== undefined && isInOneLanguage(raw)) {
    return readSimplified(raw, reading, what) as AttributeFragment;
  }
  const kind = looksLikeGeometry(raw) ? 'GeoProperty' : 'Property';
  return { kind, value: readValue(kind, raw, reading, what) };
}

function readValue(kind: AttributeKind, value: Json, reading: Reading, what: string): Json {
  if (typeof value === 'object' && value !== null && kind !== 'JsonProperty') {
    checkPlainValue(value, reading.mode, what);
  }
  return ATTRIBUTE_KINDS[kind].read(value, reading.vocabulary, what);
}

/** @throws NgsiLdError BadRequestData where an instance has to be complete. */
export function requirePartial({ mode }: Reading, what: string, member = 'value'): void {
  if (mode.instances === 'partial') return;
  throw badRequest(`${what} has no ${member}: an Attribute needs one`);
}

/** NGSI-LD Null in the place of an instance.
 * @throws NgsiLdError BadRequestData where nothing can be deleted.
 */
export function deletion(datasetId: Json | undefined, { mode }: Reading, what: string): AttributeDeletion {
  if (mode.nulls !== 'delete') {
    throw badRequest(
      `${what} has the value "${NGSI_LD_NULL}", which deletes and is only taken by update, merge and partial update`,
    );
  }
  const parsed = parseDatasetId(datasetId, what);
  return parsed === undefined ? { deleted: true } : { deleted: true, datasetId: parsed };
}
