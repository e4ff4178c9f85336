import type { Collection } from 'mongodb';
import { contentOf } from '../instance-content.ts';
import type {
  Candidates,
  HistoryEntity,
  HistoryInstance,
  HistoryPage,
  HistoryQuery,
  TemporalStore,
} from '../store.ts';
import { contentName } from './content-name.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import { type HistoryCollections, keepHistoryEntity } from './history.ts';
import { toHistoryDocument, toHistoryEntity, toHistoryInstance } from './history-document.ts';
import { readPage } from './history-read.ts';
import { insertNew } from './insert-new.ts';
import { keyOf } from './keys.ts';

export interface TemporalParts extends HistoryCollections {
  readonly entities: Collection<EntityDocument>;
  readonly gate: Gate;
  readonly drain: (tenant: string, entityId: string) => Promise<void>;
}

/** The history of one tenant. */
export class MongoTemporal implements TemporalStore {
  readonly #tenant: string;
  readonly #parts: TemporalParts;

  constructor(tenant: string, parts: TemporalParts) {
    this.#tenant = tenant;
    this.#parts = parts;
  }

  getEntity(id: string): Promise<HistoryEntity | undefined> {
    return this.#parts.gate.run(async () => {
      await this.#drain(id);
      const found = await this.#parts.historyEntities.findOne({ _id: keyOf(this.#tenant, id) });
      return found ? toHistoryEntity(found) : undefined;
    });
  }

  instances(id: string, query: HistoryQuery): Promise<HistoryPage> {
    return this.#parts.gate.run(async () => {
      await this.#drain(id);
      const { instances } = this.#parts;
      const entity = keyOf(this.#tenant, id);
      const known = query.attributes ?? (await instances.distinct('attribute', { entity }));
      const attributes = new Set(known);
      for (const attribute of query.except ?? []) attributes.delete(attribute);
      return readPage({ instances, entity, attributes: [...attributes], query });
    });
  }

  append(entity: HistoryEntity, instances: readonly HistoryInstance[]): Promise<void> {
    return this.#parts.gate.again(async () => {
      await this.#drain(entity.id);
      await keepHistoryEntity(this.#parts, this.#tenant, entity);
      if (instances.length === 0) return;
      const known = await this.#contentsLike(entity.id, instances);
      const rows = instances
        .map((instance) => ({ instance, content: contentOf(instance) }))
        .filter(({ content }) => !known.has(content))
        .map(({ instance, content }) => toHistoryDocument(this.#tenant, instance, contentName(content)));
      await insertNew(this.#parts.instances, rows);
    });
  }

  candidates(): Promise<Candidates> {
    return Promise.reject(new Error('Not there yet.'));
  }

  removeEntity(): Promise<boolean> {
    return Promise.reject(new Error('Not there yet.'));
  }

  removeAttribute(): Promise<boolean> {
    return Promise.reject(new Error('Not there yet.'));
  }

  replaceInstance(): Promise<boolean> {
    return Promise.reject(new Error('Not there yet.'));
  }

  removeInstance(): Promise<boolean> {
    return Promise.reject(new Error('Not there yet.'));
  }

  async #drain(id: string): Promise<void> {
    const { entities, drain } = this.#parts;
    const found = await entities.findOne<Pick<EntityDocument, 'oldest'>>(
      { _id: keyOf(this.#tenant, id) },
      { projection: { _id: 0, oldest: 1 } },
    );
    if (found?.oldest !== undefined) await drain(this.#tenant, id);
  }

  /** The contents of stored instances that any of these may be equal to. */
  async #contentsLike(id: string, instances: readonly HistoryInstance[]): Promise<ReadonlySet<string>> {
    const attributes = new Set(instances.map(({ attribute }) => attribute));
    // Null finds the instances without the member.
    const times = new Set(instances.map(({ observedAt }) => observedAt ?? null));
    const found = this.#parts.instances.find({
      entity: keyOf(this.#tenant, id),
      attribute: { $in: [...attributes] },
      observedAt: { $in: [...times] as number[] },
    });
    const contents = new Set<string>();
    for await (const document of found) contents.add(contentOf(toHistoryInstance(document)));
    return contents;
  }
}
