/** Members of an Entity or an Attribute that are not Attributes (clauses 4.5.1 to 4.5.3), and the core terms beside them. */
const RESERVED = new Set([
  'id',
  'type',
  'scope',
  'value',
  'object',
  'languageMap',
  'vocab',
  'json',
  'valueList',
  'objectList',
  'valueType',
  'objectType',
  'unitCode',
  'datasetId',
  'observedAt',
  'createdAt',
  'modifiedAt',
  'deletedAt',
  'expiresAt',
  'instanceId',
  'previousValue',
  'previousObject',
  'entity',
  'entityList',
  'ngsildproof',
  'properties',
  'features',
  'dataset',
]);
const NAME = /^\p{L}[\p{L}\p{Nd}_]*$/u;
const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;
const NOT_IN_NAMES = /[^\p{L}\p{Nd}_]/gu;
const MAX_LENGTH = 256;

/**
 * The Attribute name for a key that a device or a configuration uses: the key itself where it is a name or an IRI
 * (clause 4.6.2); reserved names and names that do not begin with a letter get the prefix `measure_`, characters
 * that names cannot have become `_`. Undefined when nothing remains of it, or it is over 256 characters long.
 */
export function attributeName(key: string): string | undefined {
  if (key.length === 0 || key.length > MAX_LENGTH) return undefined;
  if (RESERVED.has(key)) return `measure_${key}`;
  if (NAME.test(key) || IRI.test(key)) return key;
  const repaired = key.replace(NOT_IN_NAMES, '_');
  if (/^_*$/u.test(repaired)) return undefined;
  return NAME.test(repaired) && !RESERVED.has(repaired) ? repaired : `measure_${repaired}`;
}
