import type { AttributeKind, Json, JsonObject } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { requireName } from '../domain/names.ts';
import { parseType } from '../domain/parsing/parse-names.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';
import type { Store, TypeCensus } from '../store/store.ts';
import type { ReadScope } from './query-entities.ts';

export interface DiscoveryServiceParts {
  readonly store: Pick<Store, 'of'>;
  /** A new URI for a list of this type. */
  readonly newId: (type: string) => string;
}

/**
 * Which Entity Types and Attributes there are (clauses 5.7.5 to 5.7.10), in the order of their IRIs. Answers cost what
 * the number of types and Attributes costs, however many Entities there are.
 */
export interface DiscoveryService {
  /** An EntityTypeList (clause 5.7.5). */
  retrieveEntityTypes(scope: ReadScope): Promise<JsonObject>;
  /** EntityTypes with the names of their Attributes (clause 5.7.6). */
  retrieveEntityTypeDetails(scope: ReadScope): Promise<Json>;
  /** An EntityTypeInfo. @throws BadRequestData, ResourceNotFound (clause 5.7.7) */
  retrieveEntityTypeInfo(type: string, scope: ReadScope): Promise<JsonObject>;
  /** An AttributeList (clause 5.7.8). */
  retrieveAttributes(scope: ReadScope): Promise<JsonObject>;
  /** Attributes with the types of Entities that have them (clause 5.7.9). */
  retrieveAttributeDetails(scope: ReadScope): Promise<Json>;
  /** An Attribute. @throws BadRequestData, ResourceNotFound (clause 5.7.10) */
  retrieveAttributeInfo(attribute: string, scope: ReadScope): Promise<JsonObject>;
}

/** The service over the store. */
export function createDiscoveryService(parts: DiscoveryServiceParts): DiscoveryService {
  const census = async ({ tenant }: ReadScope): Promise<readonly (readonly [string, TypeCensus])[]> =>
    inOrder(await parts.store.of(tenant).census());
  return {
    retrieveEntityTypes: async (scope) => {
      const types = (await census(scope)).map(([type]) => type);
      const typeList = namesOf(types, scope.context);
      return { id: parts.newId('EntityTypeList'), type: 'EntityTypeList', typeList };
    },
    retrieveEntityTypeDetails: async (scope) =>
      (await census(scope)).map(([iri, attributes]) => showType(iri, attributes, scope.context)),
    retrieveEntityTypeInfo: (type, scope) => entityTypeInfo(parts, type, scope),
    retrieveAttributes: async (scope) => {
      const attributeList = namesOf(attributesOf(await census(scope)).keys(), scope.context);
      return { id: parts.newId('AttributeList'), type: 'AttributeList', attributeList };
    },
    retrieveAttributeDetails: async (scope) =>
      [...attributesOf(await census(scope))].map(([iri, { types }]) => ({
        ...identify(iri, scope.context),
        typeNames: namesOf(types, scope.context),
      })),
    retrieveAttributeInfo: async (name, scope) => {
      const iri = scope.context.expand(requireName(name, 'Attribute'));
      const attribute = attributesOf(await census(scope)).get(iri);
      if (attribute === undefined) {
        throw new NgsiLdError('ResourceNotFound', `No Entity has an Attribute ${iri}.`);
      }
      const count = await parts.store.of(scope.tenant).attributeCount(iri);
      return showAttribute(iri, attribute, count, scope.context);
    },
  };
}

/** Where an Attribute is. */
interface AttributeUse {
  /** IRIs of the types of Entities that have it. */
  readonly types: readonly string[];
  readonly kinds: ReadonlySet<AttributeKind>;
}

function attributesOf(census: readonly (readonly [string, TypeCensus])[]): ReadonlyMap<string, AttributeUse> {
  const uses = new Map<string, { readonly types: string[]; readonly kinds: Set<AttributeKind> }>();
  for (const [type, attributes] of census) {
    for (const [attribute, kinds] of attributes) {
      let use = uses.get(attribute);
      if (use === undefined) {
        use = { types: [], kinds: new Set() };
        uses.set(attribute, use);
      }
      use.types.push(type);
      for (const kind of kinds) use.kinds.add(kind);
    }
  }
  return new Map(inOrder(uses));
}

async function entityTypeInfo(
  { store }: DiscoveryServiceParts,
  name: string,
  { tenant, context }: ReadScope,
): Promise<JsonObject> {
  const iri = parseType(name, context);
  const entities = store.of(tenant);
  const [census, entityCount] = await Promise.all([
    entities.census(iri),
    entities.count({ kind: 'type', type: iri }),
  ]);
  const attributes = census.get(iri);
  if (attributes === undefined) {
    throw new NgsiLdError('ResourceNotFound', `There is no Entity of the type ${iri}.`);
  }
  return {
    id: iri,
    type: 'EntityTypeInfo',
    typeName: context.compact(iri),
    entityCount,
    attributeDetails: inOrder(attributes).map(([attribute, kinds]) => ({
      ...identify(attribute, context),
      attributeTypes: [...kinds].sort(),
    })),
  };
}

function showType(iri: string, attributes: TypeCensus, context: Vocabulary): JsonObject {
  return {
    id: iri,
    type: 'EntityType',
    typeName: context.compact(iri),
    attributeNames: namesOf(
      inOrder(attributes).map(([attribute]) => attribute),
      context,
    ),
  };
}

function showAttribute(
  iri: string,
  { kinds, types }: AttributeUse,
  count: number,
  context: Vocabulary,
): JsonObject {
  return {
    ...identify(iri, context),
    attributeCount: count,
    attributeTypes: [...kinds].sort(),
    typeNames: namesOf(types, context),
  };
}

function identify(iri: string, context: Vocabulary): JsonObject {
  return { id: iri, type: 'Attribute', attributeName: context.compact(iri) };
}

function namesOf(iris: Iterable<string>, context: Vocabulary): readonly string[] {
  return [...iris].map((iri) => context.compact(iri));
}

/** By the code units of the keys, so that an answer is the same on every store. */
function inOrder<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1));
}
