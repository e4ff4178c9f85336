import type { Attribute, Attributes, Entity, Json, JsonObject, Micros } from '../entity.ts';
import { hasExpired } from '../expiry.ts';
import type { AttributePath, LinkedPath, MemberName, SystemMember } from './attribute-query.ts';
import { plainValue } from './plain-value.ts';

/** Where and when a query is judged. */
export interface Evaluation {
  /** Attribute instances whose expiresAt is not after this moment count as absent. */
  readonly now: Micros;
  /** Gives the Entities that Relationships point to; without it no Entity is linked. */
  readonly linked?: (id: string) => Entity | undefined;
}

/**
 * What a target value is: JSON, the URI or URIs of a Relationship, the geometry of a GeoProperty, or a moment in micros
 * (`createdAt` and its like).
 */
export type ValueFamily = 'value' | 'reference' | 'geometry' | 'instant';

/** A test of one target value. */
export type Test = (value: Json, family: ValueFamily) => boolean;

/**
 * Finds the target values of a path in an Entity (clause 4.9), one per Attribute instance and language, and stops at
 * the first one that passes the test: true when there is one.
 */
export type Targets = (entity: Entity, evaluation: Evaluation, test: Test) => boolean;

type Holder = Entity | Attribute;
type InstanceTest = (instance: Attribute, evaluation: Evaluation, test: Test) => boolean;

/** Makes the finder of a path's target values, once for many Entities. */
export function compileTargets(path: AttributePath): Targets {
  const last = compileLast(path);
  const [first, ...rest] = path.names;
  if (first === undefined) {
    const { system } = path;
    return system === undefined ? () => false : (entity, _, test) => visitSystem(entity, system, test);
  }
  const inner = rest.reduceRight<InstanceTest>(
    (next, name) => (instance, evaluation, test) =>
      someInstance(instance.subAttributes, name, next, evaluation, test),
    last,
  );
  return (entity, evaluation, test) => someInstance(entity.attributes, first, inner, evaluation, test);
}

function someInstance(
  attributes: Attributes | undefined,
  name: string,
  visit: InstanceTest,
  evaluation: Evaluation,
  test: Test,
): boolean {
  if (attributes === undefined || !Object.hasOwn(attributes, name)) return false;
  for (const instance of attributes[name] ?? []) {
    if (!hasExpired(instance, evaluation.now) && visit(instance, evaluation, test)) return true;
  }
  return false;
}

/** What happens at the instances that the path's last name reaches. */
function compileLast({ system, members, linked }: AttributePath): InstanceTest {
  if (system !== undefined) return (instance, _, test) => visitSystem(instance, system, test);
  if (linked !== undefined) return compileLinked(linked);
  if (members !== undefined) return (instance, _, test) => visitMember(instance, members, test);
  return (instance, _, test) => visitValue(instance, test);
}

function visitSystem(holder: Holder, member: SystemMember, test: Test): boolean {
  const value = (holder as { readonly [name in SystemMember]?: number | string })[member];
  return value !== undefined && test(value, typeof value === 'number' ? 'instant' : 'value');
}

function visitValue({ kind, value }: Attribute, test: Test): boolean {
  if (kind === 'Property' || kind === 'ListProperty') return test(plainValue(value), 'value');
  if (kind === 'Relationship' || kind === 'ListRelationship') return test(value, 'reference');
  if (kind === 'GeoProperty') return test(value, 'geometry');
  return kind === 'LanguageProperty' ? visitLanguages(value, '*', test) : test(value, 'value');
}

function visitMember(instance: Attribute, members: readonly MemberName[], test: Test): boolean {
  const { kind, value } = instance;
  if (kind === 'Relationship' || kind === 'ListRelationship') return false;
  if (kind === 'LanguageProperty') {
    return members.length === 1 && visitLanguages(value, (members[0] as MemberName).name, test);
  }
  let reached: Json | undefined = value;
  for (const member of members) reached = memberOf(reached, member);
  if (reached === undefined) return false;
  return test(kind === 'JsonProperty' ? reached : plainValue(reached), 'value');
}

/** Property values keep their members under IRIs, all other kinds verbatim, and `jsonKeys` may ask for the latter. */
function memberOf(value: Json | undefined, { name, iri }: MemberName): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const object = value as JsonObject;
  const expanded = iri === undefined ? undefined : ownMember(object, iri);
  return expanded === undefined ? ownMember(object, name) : expanded;
}

function ownMember(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Visits the texts of one language (tags compare without regard to case, RFC 5646), or of any for `*`. */
function visitLanguages(languageMap: Json, language: string, test: Test): boolean {
  const wanted = language.toLowerCase();
  for (const [tag, texts] of Object.entries(languageMap as JsonObject)) {
    if (language !== '*' && tag.toLowerCase() !== wanted) continue;
    if (visitTexts(texts, test)) return true;
  }
  return false;
}

/** A language without any text is there nevertheless: its empty array stands for itself. */
function visitTexts(texts: Json, test: Test): boolean {
  if (!Array.isArray(texts) || texts.length === 0) return test(texts, 'value');
  return texts.some((text) => test(text, 'value'));
}

function compileLinked({ types, path }: LinkedPath): InstanceTest {
  const targets = compileTargets(path);
  const reach = (uri: Json, evaluation: Evaluation, test: Test): boolean => {
    const entity = typeof uri === 'string' ? evaluation.linked?.(uri) : undefined;
    if (entity === undefined) return false;
    const isHinted = types.length === 0 || types.some((type) => entity.types.includes(type));
    return isHinted && targets(entity, evaluation, test);
  };
  return ({ kind, value }, evaluation, test) => {
    if (kind !== 'Relationship' && kind !== 'ListRelationship') return false;
    const uris = Array.isArray(value) ? value : [value];
    return uris.some((uri) => reach(uri, evaluation, test));
  };
}
