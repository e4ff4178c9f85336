import type { Attribute, AttributeKind, Attributes, Entity, Json } from '../../../../broker/domain/entity.ts';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { compileQuery } from '../../../../broker/domain/query/matches.ts';
import {
  type EntityQueryParameters,
  parseEntityQuery,
} from '../../../../broker/domain/query/parse-entity-query.ts';
import type { Evaluation } from '../../../../broker/domain/query/target-values.ts';
import type { Vocabulary } from '../../../../broker/domain/vocabulary.ts';

const base = 'https://example.org/';
const keywords = new Map([
  ['id', '@id'],
  ['type', '@type'],
]);

/** Every short name under one namespace; what has a colon is an IRI already. */
export const vocabulary: Vocabulary = {
  expand: (name) => keywords.get(name) ?? iri(name),
  compact: (name) => name.replace(base, ''),
  expandValue: (value) => value,
  compactValue: (value) => value,
  expandVocab: iri,
  compactVocab: (name) => name.replace(base, ''),
};

export function iri(name: string): string {
  return name.includes(':') ? name : base + name;
}

export const at = { now: 1_000_000_000_000 } satisfies Evaluation;

type Extra = Partial<Omit<Attribute, 'kind' | 'value' | 'subAttributes'>> & {
  sub?: Record<string, Attribute | Attribute[]>;
};

export function attribute(kind: AttributeKind, value: Json, { sub, ...extra }: Extra = {}): Attribute {
  return {
    kind,
    value,
    createdAt: 1_000,
    modifiedAt: 2_000,
    ...extra,
    ...(sub !== undefined && { subAttributes: attributes(sub) }),
  };
}

export function property(value: Json, extra?: Extra): Attribute {
  return attribute('Property', value, extra);
}

export function location(type: string, coordinates: Json): Attribute {
  return attribute('GeoProperty', { type, coordinates });
}

function attributes(by: Record<string, Attribute | Attribute[]>): Attributes {
  return Object.fromEntries(
    Object.entries(by).map(([name, one]) => [iri(name), Array.isArray(one) ? one : [one]]),
  );
}

export function entity(
  by: Record<string, Attribute | Attribute[]> = {},
  members: Partial<Omit<Entity, 'attributes'>> = {},
): Entity {
  return {
    id: 'urn:ngsi-ld:Room:1',
    types: [iri('Room')],
    scopes: [],
    createdAt: 1_577_836_800_000_000,
    modifiedAt: 1_577_836_800_000_000,
    ...members,
    attributes: attributes(by),
  };
}

/** Judges one Entity by the parameters of a GET. */
export function judge(
  parameters: EntityQueryParameters,
  subject: Entity,
  evaluation: Evaluation = at,
): boolean {
  return compileQuery(parseEntityQuery(parameters, vocabulary))(subject, evaluation);
}

/** The NgsiLdError that the function throws; anything else fails the test. */
export function refusalOf(act: () => unknown): NgsiLdError {
  try {
    act();
  } catch (error) {
    if (error instanceof NgsiLdError) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}
