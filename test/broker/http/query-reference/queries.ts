import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import type { Literal, Target } from './literals.ts';

/** A path of a q: names of an Attribute and sub-Attributes, and what stands at its end. */
export interface Path {
  readonly names: readonly string[];
  readonly members?: readonly string[];
  readonly system?: 'observedAt' | 'unitCode' | 'datasetId';
}

/** A comparison: how it is written, and what it says of one target. */
export interface Comparison {
  readonly text: string;
  readonly holdsFor: 'some' | 'every';
  readonly holds: (target: Target) => boolean;
}

/** A q (clause 4.9) that has not been parsed. */
export type Query =
  | { readonly kind: 'exists' | 'absent'; readonly path: Path }
  | { readonly kind: 'comparison'; readonly path: Path; readonly comparison: Comparison }
  | { readonly kind: 'both' | 'either'; readonly one: Query; readonly other: Query };

/** As a client writes it; with parentheses only where they are needed. */
export function textOf(query: Query): string {
  switch (query.kind) {
    case 'exists':
      return pathText(query.path);
    case 'absent':
      return `!${pathText(query.path)}`;
    case 'comparison':
      return `${pathText(query.path)}${query.comparison.text}`;
    case 'either':
      return `${textOf(query.one)}|${textOf(query.other)}`;
    case 'both':
      return [query.one, query.other]
        .map((part) => (part.kind === 'either' ? `(${textOf(part)})` : textOf(part)))
        .join(';');
  }
}

function pathText({ names, members, system }: Path): string {
  const dotted = [...names, ...(system === undefined ? [] : [system])].join('.');
  return members === undefined ? dotted : `${dotted}[${members.join('.')}]`;
}

/** The sentences of clause 4.9 one by one, on an Entity as it was sent (normalized). */
export function holds(query: Query, entity: JsonObject): boolean {
  switch (query.kind) {
    case 'both':
      return holds(query.one, entity) && holds(query.other, entity);
    case 'either':
      return holds(query.one, entity) || holds(query.other, entity);
    case 'exists':
      return targetsOf(query.path, entity).length > 0;
    case 'absent':
      return targetsOf(query.path, entity).length === 0;
    case 'comparison': {
      const targets = targetsOf(query.path, entity);
      const { holdsFor, holds: test } = query.comparison;
      return holdsFor === 'some' ? targets.some(test) : targets.length > 0 && targets.every(test);
    }
  }
}

function targetsOf(path: Path, entity: JsonObject): readonly Target[] {
  const reached = path.names.reduce<readonly JsonObject[]>(
    (holders, name) => holders.flatMap((holder) => instancesOf(holder[name])),
    [entity],
  );
  return reached.flatMap((instance) => targetsIn(instance, path));
}

function instancesOf(attribute: Json | undefined): readonly JsonObject[] {
  if (attribute === undefined) return [];
  return (Array.isArray(attribute) ? attribute : [attribute]) as readonly JsonObject[];
}

function targetsIn(instance: JsonObject, { members, system }: Path): readonly Target[] {
  if (system !== undefined) return targetIf(instance[system], system === 'observedAt' ? 'moment' : 'plain');
  const { languageMap } = instance;
  if (languageMap !== undefined) return textsIn(languageMap as JsonObject, members ?? ['*']);
  const uris = urisIn(instance);
  if (uris !== undefined) return members === undefined ? [{ kind: 'uris', value: uris }] : [];
  return targetIf((members ?? []).reduce(memberOf, valueIn(instance)), 'plain');
}

function targetIf(value: Json | undefined, kind: Target['kind']): readonly Target[] {
  return value === undefined ? [] : [{ kind, value: plain(value) }];
}

function urisIn({ object, objectList }: JsonObject): Json | undefined {
  if (objectList === undefined) return object;
  return (objectList as readonly JsonObject[]).map((entry) => entry['object'] as Json);
}

/** Terms of a vocabulary are compared by their IRIs. */
function valueIn({ value, valueList, json, vocab }: JsonObject): Json | undefined {
  if (vocab === undefined) return value ?? valueList ?? json;
  return Array.isArray(vocab) ? vocab.map((term: Json) => iriOf(term as string)) : iriOf(vocab as string);
}

export function iriOf(term: string): string {
  return `https://uri.etsi.org/ngsi-ld/default-context/${term}`;
}

function textsIn(languageMap: JsonObject, [language, ...more]: readonly string[]): readonly Target[] {
  if (more.length > 0) return [];
  return Object.entries(languageMap)
    .filter(([tag]) => language === '*' || tag === language)
    .flatMap(([, text]): readonly Json[] => (Array.isArray(text) && text.length > 0 ? text : [text]))
    .map((value) => ({ kind: 'plain', value }));
}

function memberOf(value: Json | undefined, member: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, member) ? (value as JsonObject)[member] : undefined;
}

function plain(value: Json): Json {
  return memberOf(value, '@value') ?? value;
}

/** Equal to a value, or an array that has one: of one literal, or of several. */
export function equalTo(literals: readonly Literal[]): Comparison['holds'] {
  return some((target) => literals.some((literal) => literal.equals(target)));
}

/** Between two values, both included; no URI is. */
export function between(from: Literal, to: Literal): Comparison['holds'] {
  return some((target) => target.kind !== 'uris' && from.order(target) >= 0 && to.order(target) <= 0);
}

function some(test: Comparison['holds']): Comparison['holds'] {
  return ({ kind, value }) =>
    Array.isArray(value) ? value.some((element) => test({ kind, value: element })) : test({ kind, value });
}
