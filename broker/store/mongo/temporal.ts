import type { Collection } from 'mongodb';
import { contentOf } from '../instance-content.ts';
import type { HistoryEntity, HistoryInstance, HistoryQuery, TemporalStore } from '../store.ts';
import { contentName } from './content-name.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import { type HistoryCollections, keepHistoryEntity } from './history.ts';
import { toHistoryDocument, toHistoryInstance } from './history-document.ts';
import { historyOrder, toHistoryFilter } from './history-query.ts';
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
      return found ? (JSON.parse(found.body) as HistoryEntity) : undefined;
    });
  }

  instances(id: string, query: HistoryQuery): Promise<ReadonlyMap<string, readonly HistoryInstance[]>> {
    return this.#parts.gate.run(async () => {
      await this.#drain(id);
      const rows = await (query.lastN === undefined
        ? this.#read(id, query)
        : this.#readLast(id, query, query.lastN));
      return byAttribute(rows);
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

  async #drain(id: string): Promise<void> {
    const { entities, drain } = this.#parts;
    const found = await entities.findOne<Pick<EntityDocument, 'oldest'>>(
      { _id: keyOf(this.#tenant, id) },
      { projection: { _id: 0, oldest: 1 } },
    );
    if (found?.oldest !== undefined) await drain(this.#tenant, id);
  }

  async #read(id: string, query: HistoryQuery, limit = 0): Promise<readonly HistoryInstance[]> {
    const found = await this.#parts.instances
      .find(toHistoryFilter(keyOf(this.#tenant, id), query), { allowDiskUse: true })
      .sort(historyOrder(query))
      .limit(limit)
      .toArray();
    return found.map(toHistoryInstance);
  }

  /** One look along the index for each Attribute. */
  async #readLast(id: string, query: HistoryQuery, lastN: number): Promise<readonly HistoryInstance[]> {
    if (lastN <= 0) return [];
    const attributes =
      query.attributes ??
      (await this.#parts.instances.distinct('attribute', { entity: keyOf(this.#tenant, id) }));
    const rows = await Promise.all(
      attributes.map((attribute) => this.#read(id, { ...query, attributes: [attribute] }, lastN)),
    );
    return rows.flat();
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

function byAttribute(rows: readonly HistoryInstance[]): ReadonlyMap<string, readonly HistoryInstance[]> {
  const groups = new Map<string, HistoryInstance[]>();
  for (const row of rows) {
    const group = groups.get(row.attribute);
    if (group) group.push(row);
    else groups.set(row.attribute, [row]);
  }
  return groups;
}
