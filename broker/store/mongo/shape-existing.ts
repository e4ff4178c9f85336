import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import type { Entity } from '../../domain/entity.ts';
import type { EntityDocument } from './entity-document.ts';
import { partsOf } from './keys.ts';
import { type ShapeDocument, Shapes, shapeOf } from './shapes.ts';

type Shapeless = Required<Pick<EntityDocument, '_id' | 'version' | 'body'>>;

const AT_ONCE = 500;

/** Gives a shape to the Entities that were written before there were any; those written meanwhile get theirs so. */
export async function shapeExisting(
  entities: Collection<EntityDocument>,
  collection: Collection<ShapeDocument>,
): Promise<void> {
  const shapes = new Shapes(collection);
  const found = entities
    .find({ body: { $exists: true }, shape: { $exists: false } })
    .project<Shapeless>({ version: 1, body: 1 });
  let some: Shapeless[] = [];
  for await (const document of found) {
    some.push(document);
    if (some.length < AT_ONCE) continue;
    await shapeAll(entities, shapes, some);
    some = [];
  }
  if (some.length > 0) await shapeAll(entities, shapes, some);
}

async function shapeAll(
  entities: Collection<EntityDocument>,
  shapes: Shapes,
  documents: readonly Shapeless[],
): Promise<void> {
  const shaped = documents.map(({ _id, version, body }) => {
    const shape = shapeOf(partsOf(_id, 2)[0] ?? '', JSON.parse(body) as Entity);
    const filter = { _id, version, shape: { $exists: false } };
    const operation: AnyBulkWriteOperation<EntityDocument> = {
      updateOne: { filter, update: { $set: { shape: shape._id } } },
    };
    return { shape, operation };
  });
  await shapes.register(shaped.map(({ shape }) => shape));
  await entities.bulkWrite(
    shaped.map(({ operation }) => operation),
    { ordered: false },
  );
}
