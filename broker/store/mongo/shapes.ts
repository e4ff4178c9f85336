import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import { isDuplicateKey } from '../../../runtime/mongo/errors.ts';
import type { AttributeKind, Entity } from '../../domain/entity.ts';
import { keyOf, rangeOf } from './keys.ts';

/** What all Entities of one shape have. */
export interface Shape {
  readonly types: readonly string[];
  /** An entry for each Attribute and kind, in their order: so many instances. */
  readonly attributes: readonly (readonly [attribute: string, kind: AttributeKind, instances: number])[];
  /** True when some of the instances expire: what is left of them only the Entities themselves tell. */
  readonly isTransient: boolean;
}

/** A shape that Entities of a tenant have or had. */
export interface ShapeDocument {
  readonly _id: string;
  /** A `Shape`. */
  readonly body: string;
}

/** Then it forgets and learns anew. */
const MOST_KNOWN = 50_000;

/** The text of an Entity's shape, and the key that stands for it in the Entity's document. */
export function shapeOf(tenant: string, entity: Entity): ShapeDocument {
  const body = JSON.stringify(describeShape(entity));
  return { _id: keyOf(tenant, createHash('sha1').update(body).digest('base64url')), body };
}

/** What an Entity has, in an order that is the same for all of its shape. */
export function describeShape({ types, attributes }: Entity): Shape {
  let isTransient = false;
  const counts: [attribute: string, kind: AttributeKind, instances: number][] = [];
  for (const attribute of Object.keys(attributes).sort()) {
    const ofKinds = new Map<AttributeKind, number>();
    for (const { kind, expiresAt } of attributes[attribute] ?? []) {
      isTransient ||= expiresAt !== undefined;
      ofKinds.set(kind, (ofKinds.get(kind) ?? 0) + 1);
    }
    for (const kind of [...ofKinds.keys()].sort()) counts.push([attribute, kind, ofKinds.get(kind) ?? 0]);
  }
  return { types: [...types].sort(), attributes: counts, isTransient };
}

/**
 * The shapes that were ever used in each tenant. Written before the first Entity of the shape and never removed, so that
 * none is missing whatever crashes; a shape without Entities says nothing.
 */
export class Shapes {
  readonly #collection: Collection<ShapeDocument>;
  readonly #known = new Set<string>();

  constructor(collection: Collection<ShapeDocument>) {
    this.#collection = collection;
  }

  /** Resolves when all of them are kept: at once for those that this process has met. */
  async register(shapes: readonly ShapeDocument[]): Promise<void> {
    const unknown = new Map<string, ShapeDocument>();
    for (const shape of shapes) if (!this.#known.has(shape._id)) unknown.set(shape._id, shape);
    if (unknown.size === 0) return;
    try {
      await this.#collection.insertMany([...unknown.values()], { ordered: false });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    for (const key of unknown.keys()) this.#known.add(key);
  }

  /** The shapes that Entities of the tenant have or had, by key. */
  async list(tenant: string): Promise<ReadonlyMap<string, Shape>> {
    const found = await this.#collection.find({ _id: rangeOf(tenant) }).toArray();
    return new Map(found.map(({ _id, body }) => [_id, JSON.parse(body) as Shape]));
  }
}
