import type { Collection } from 'mongodb';
import type { Micros } from '../../domain/entity.ts';
import type { Documents } from '../documents.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import type { StampSource } from './stamps.ts';
import { valueBuilder } from './value-builder.ts';
import { type ValueIndexes, valueIndexes } from './value-indexes.ts';
import { type ValueUsage, valueUsage } from './value-usage.ts';

export interface ValueIndexingParts {
  readonly entities: Collection<EntityDocument>;
  readonly documents: Documents;
  readonly stamps: StampSource;
  readonly gate: Gate;
  readonly now: () => Micros;
  /** See `ValueBuilderParts`. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** The value indexes that there are, and what makes and keeps them; what was begun goes on. */
export async function openValueIndexes({
  pause = () => new Promise((resolve) => setImmediate(resolve)),
  ...parts
}: ValueIndexingParts): Promise<{ readonly indexes: ValueIndexes; readonly usage: ValueUsage }> {
  const indexes = valueIndexes(parts.documents, parts.stamps);
  await indexes.refresh();
  const builder = valueBuilder({ ...parts, indexes, pause });
  builder.start();
  return { indexes, usage: valueUsage({ ...parts, indexes, builder }) };
}
