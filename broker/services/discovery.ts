import type { Json, JsonObject, Micros } from '../domain/entity.ts';
import { NgsiLdError } from '../domain/errors.ts';
import { requireName } from '../domain/names.ts';
import { parseType } from '../domain/parsing/parse-names.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';
import type { Store } from '../store/store.ts';
import { type AttributeCensus, type TypeCensus, takeCensus } from './census.ts';
import type { ReadScope } from './query-entities.ts';

export interface DiscoveryServiceParts {
  readonly store: Pick<Store, 'of'>;
  readonly now: () => Micros;
  /** A new URI for a list of this type. */
  readonly newId: (type: string) => string;
}

/**
 * Which Entity Types and Attributes there are (clauses 5.7.5 to 5.7.10). The list of types costs what the number of
 * types costs; what has Attributes in it goes through the Entities that it is about.
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
  const everything = ({ tenant }: ReadScope) =>
    takeCensus(parts.store.of(tenant), { kind: 'anything' }, parts.now());
  return {
    retrieveEntityTypes: (scope) => entityTypes(parts, scope),
    retrieveEntityTypeDetails: async (scope) => {
      const { types } = await everything(scope);
      return [...types].map(([iri, type]) => showType(iri, type, scope.context));
    },
    retrieveEntityTypeInfo: (type, scope) => entityTypeInfo(parts, type, scope),
    retrieveAttributes: async (scope) => {
      const { attributes } = await everything(scope);
      const attributeList = [...attributes.keys()].map((iri) => scope.context.compact(iri));
      return { id: parts.newId('AttributeList'), type: 'AttributeList', attributeList };
    },
    retrieveAttributeDetails: async (scope) => {
      const { attributes } = await everything(scope);
      return [...attributes].map(([iri, { types }]) => ({
        ...identify(iri, scope.context),
        typeNames: namesOf(types, scope.context),
      }));
    },
    retrieveAttributeInfo: async (name, scope) => {
      const iri = scope.context.expand(requireName(name, 'Attribute'));
      const attribute = (await everything(scope)).attributes.get(iri);
      if (attribute !== undefined) return showAttribute(iri, attribute, scope.context);
      throw new NgsiLdError('ResourceNotFound', `No Entity has an Attribute ${iri}.`);
    },
  };
}

async function entityTypes(
  { store, newId }: DiscoveryServiceParts,
  { tenant, context }: ReadScope,
): Promise<JsonObject> {
  const counts = await store.of(tenant).typeCounts();
  const present = [...counts].filter(([, count]) => count > 0).map(([type]) => type);
  return { id: newId('EntityTypeList'), type: 'EntityTypeList', typeList: namesOf(present, context) };
}

async function entityTypeInfo(
  { store, now }: DiscoveryServiceParts,
  name: string,
  { tenant, context }: ReadScope,
): Promise<JsonObject> {
  const iri = parseType(name, context);
  const { types } = await takeCensus(store.of(tenant), { kind: 'type', type: iri }, now());
  const type = types.get(iri);
  if (type === undefined) throw new NgsiLdError('ResourceNotFound', `There is no Entity of the type ${iri}.`);
  return {
    id: iri,
    type: 'EntityTypeInfo',
    typeName: context.compact(iri),
    entityCount: type.entityCount,
    attributeDetails: [...type.attributes].map(([attribute, kinds]) => ({
      ...identify(attribute, context),
      attributeTypes: [...kinds],
    })),
  };
}

function showType(iri: string, { attributes }: TypeCensus, context: Vocabulary): JsonObject {
  return {
    id: iri,
    type: 'EntityType',
    typeName: context.compact(iri),
    attributeNames: namesOf(attributes.keys(), context),
  };
}

function showAttribute(iri: string, attribute: AttributeCensus, context: Vocabulary): JsonObject {
  return {
    ...identify(iri, context),
    attributeCount: attribute.instanceCount,
    attributeTypes: [...attribute.kinds],
    typeNames: namesOf(attribute.types, context),
  };
}

function identify(iri: string, context: Vocabulary): JsonObject {
  return { id: iri, type: 'Attribute', attributeName: context.compact(iri) };
}

function namesOf(iris: Iterable<string>, context: Vocabulary): readonly string[] {
  return [...iris].map((iri) => context.compact(iri));
}
