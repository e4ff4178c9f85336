import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { closeNames } from '../devices/close-names.ts';
import { Refusal } from './refusal.ts';
import { echoedMembers, settingSchemas } from './setting-schemas.ts';

/** JSON of free form may be nested so deep; more is no configuration. */
const maxDepth = 32;

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, verbose: true });
const validators = new Map<object, ValidateFunction>();

/** A rule in plain words, by JSON Schema keyword. */
const rules: { readonly [keyword: string]: (error: ErrorObject) => string } = {
  type: ({ params }) => `must be of the type ${[params['type']].flat().join(' or ')}`,
  minLength: () => 'must not be empty',
  maxLength: ({ params }) => `must have at most ${params['limit']} characters`,
  pattern: () => 'must have no blanks and none of < > " \' = ; ( ) { } | \\ ^ `',
  enum: ({ params }) => `must be one of ${params['allowedValues'].join(', ')}`,
  maxItems: ({ params }) => `must have at most ${params['limit']} items`,
  maxProperties: ({ params }) => `must have at most ${params['limit']} members`,
};

/**
 * The settings, without members that only echo what headers say. `at` says where they stand, such as `devices[0]`.
 * @throws Refusal that names the member, the rule and, for a name that is not known, close ones.
 */
export function checkSettings<Settings>(
  form: keyof typeof settingSchemas,
  value: unknown,
  at: string,
): Settings {
  const schema = settingSchemas[form];
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  if (!validate(value)) throw refusalOf(validate.errors?.[0], at);
  if (!isShallow(value, maxDepth))
    throw new Refusal('WRONG_SYNTAX', `${at} is nested deeper than ${maxDepth} levels: flatten it`);
  const members = Object.entries(value as object).filter(([member]) => !echoedMembers.includes(member));
  return Object.fromEntries(members) as Settings;
}

function refusalOf(error: ErrorObject | undefined, at: string): Refusal {
  if (error === undefined) return new Refusal('WRONG_SYNTAX', `${at} is not understood`);
  const { instancePath, keyword, params } = error;
  const place = at + instancePath.replace(/\/(\d+)/g, '[$1]').replaceAll('/', '.');
  const field = instancePath.split('/')[1];
  if (keyword === 'required') {
    const missing = String(params['missingProperty']);
    return new Refusal('MISSING_ATTRIBUTES', `${place} must have ${missing}`, field ?? missing);
  }
  if (keyword === 'additionalProperties') return unknownMember(error, place);
  return new Refusal(
    'WRONG_SYNTAX',
    `${place} ${rules[keyword]?.(error) ?? error.message ?? 'is not understood'}`,
    field,
  );
}

function unknownMember({ params, parentSchema }: ErrorObject, place: string): Refusal {
  const member = String(params['additionalProperty']).slice(0, 80);
  const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
  const close = closeNames(member, known);
  const hint = close.length === 0 ? `known are ${known.join(', ')}` : `did you mean ${close.join(' or ')}?`;
  return new Refusal('WRONG_SYNTAX', `${place}.${member} is no setting: ${hint}`);
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}
