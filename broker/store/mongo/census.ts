import type { Collection, Filter } from 'mongodb';
import type { AttributeKind, Entity, Micros } from '../../domain/entity.ts';
import { withoutExpired } from '../../domain/expiry.ts';
import type { TypeCensus } from '../store.ts';
import type { EntityDocument } from './entity-document.ts';
import { rangeOf } from './keys.ts';
import { describeShape, type Shape, type Shapes } from './shapes.ts';

export interface CensusParts {
  readonly entities: Collection<EntityDocument>;
  readonly shapes: Pick<Shapes, 'list'>;
  readonly now: () => Micros;
}

/**
 * Which types and Attributes there are: see `census` of the TenantStore. The index tells which shapes are there; only
 * Entities with Attributes that expire have to be read themselves.
 */
export async function takeCensus(
  parts: CensusParts,
  tenant: string,
  type?: string,
): Promise<ReadonlyMap<string, TypeCensus>> {
  const shapes = await presentShapes(
    parts,
    tenant,
    (shape) => type === undefined || shape.types.includes(type),
  );
  const census = new Map<string, Map<string, Set<AttributeKind>>>();
  const add = ({ types, attributes }: Shape): void => {
    for (const each of types) {
      if (type === undefined || each === type) addShape(census, each, attributes);
    }
  };
  for (const shape of shapes.values()) if (!shape.isTransient) add(shape);
  for await (const entity of transientEntities(parts, shapes)) add(describeShape(entity));
  return census;
}

/** Number of instances of the Attribute: see `attributeCount` of the TenantStore. */
export async function countAttribute(parts: CensusParts, tenant: string, attribute: string): Promise<number> {
  const has = ({ attributes }: Shape): boolean => attributes.some(([name]) => name === attribute);
  const shapes = await presentShapes(parts, tenant, has);
  const lasting = [...shapes].filter(([, { isTransient }]) => !isTransient).map(([key]) => key);
  const counts = parts.entities.aggregate<{ readonly _id: string; readonly entities: number }>([
    { $match: { shape: { $in: lasting }, visibleUntil: { $gt: parts.now() } } },
    { $group: { _id: '$shape', entities: { $sum: 1 } } },
  ]);
  let sum = 0;
  for await (const { _id, entities } of counts) sum += entities * instancesOf(shapes.get(_id), attribute);
  for await (const { attributes } of transientEntities(parts, shapes)) {
    sum += attributes[attribute]?.length ?? 0;
  }
  return sum;
}

function addShape(
  census: Map<string, Map<string, Set<AttributeKind>>>,
  type: string,
  attributes: Shape['attributes'],
): void {
  let ofType = census.get(type);
  if (ofType === undefined) {
    ofType = new Map();
    census.set(type, ofType);
  }
  for (const [attribute, kind] of attributes) {
    const kinds = ofType.get(attribute);
    if (kinds === undefined) ofType.set(attribute, new Set([kind]));
    else kinds.add(kind);
  }
}

/** The shapes wanted that Entities have now, by key. */
async function presentShapes(
  { entities, shapes, now }: CensusParts,
  tenant: string,
  isWanted: (shape: Shape) => boolean,
): Promise<ReadonlyMap<string, Shape>> {
  const known = [...(await shapes.list(tenant))].filter(([, shape]) => isWanted(shape));
  if (known.length === 0) return new Map();
  const present = new Set(
    await entities.distinct('shape', { shape: rangeOf(tenant), visibleUntil: { $gt: now() } }),
  );
  return new Map(known.filter(([key]) => present.has(key)));
}

/** The Entities of the shapes whose Attributes expire, without what has. */
async function* transientEntities(
  { entities, now }: CensusParts,
  shapes: ReadonlyMap<string, Shape>,
): AsyncIterable<Entity> {
  const keys = [...shapes].filter(([, { isTransient }]) => isTransient).map(([key]) => key);
  if (keys.length === 0) return;
  const at = now();
  const filter: Filter<EntityDocument> = { shape: { $in: keys }, visibleUntil: { $gt: at } };
  const found = entities.find(filter).project<Pick<EntityDocument, 'body'>>({ _id: 0, body: 1 });
  for await (const { body } of found) {
    if (body !== undefined) yield withoutExpired(JSON.parse(body) as Entity, at);
  }
}

function instancesOf(shape: Shape | undefined, attribute: string): number {
  return (shape?.attributes ?? []).reduce(
    (sum, [name, , instances]) => (name === attribute ? sum + instances : sum),
    0,
  );
}
