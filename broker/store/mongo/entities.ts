import type { Collection, Filter } from 'mongodb';
import type { Entity, Micros } from '../../domain/entity.ts';
import type { Condition } from '../../domain/query/condition.ts';
import { isExact } from '../condition-types.ts';
import type { Decision, FindPage, TenantStore, TypeCensus } from '../store.ts';
import type { TemporalStore } from '../temporal-store.ts';
import { countAttribute, takeCensus } from './census.ts';
import type { ChangeQueue } from './change-queue.ts';
import { hasCells, toFilter } from './condition.ts';
import type { EntityDocument } from './entity-document.ts';
import { findPages, type Search } from './find-pages.ts';
import type { Gate } from './gate.ts';
import { keyOf } from './keys.ts';
import type { MomentReads } from './moment-reads.ts';
import type { Retrieval } from './retrieval.ts';
import type { Sequences } from './sequences.ts';
import type { Shapes } from './shapes.ts';
import type { ValueIndexes } from './value-indexes.ts';
import type { MissingIndex, ValueUsage } from './value-usage.ts';

export interface TenantParts {
  readonly entities: Collection<EntityDocument>;
  readonly shapes: Shapes;
  readonly queue: Pick<ChangeQueue, 'add'>;
  readonly retrieval: Pick<Retrieval, 'get'>;
  readonly sequences: Sequences;
  readonly indexes: Pick<ValueIndexes, 'find'>;
  readonly usage: ValueUsage;
  readonly reads: MomentReads;
  readonly gate: Gate;
  readonly now: () => Micros;
  readonly temporal: (tenant: string) => TemporalStore;
}

/** The Entities of one tenant. */
export class MongoTenant implements TenantStore {
  readonly #tenant: string;
  readonly #parts: TenantParts;

  constructor(tenant: string, parts: TenantParts) {
    this.#tenant = tenant;
    this.#parts = parts;
  }

  get temporal(): TemporalStore {
    return this.#parts.temporal(this.#tenant);
  }

  change<T>(id: string, decide: (current: Entity | undefined, now: Micros) => Decision<T>): Promise<T> {
    const { gate, queue, sequences } = this.#parts;
    const tenant = this.#tenant;
    this.#parts.usage.follow();
    const add = () =>
      new Promise<T>((resolve, reject) => {
        const call = {
          decide,
          sequence: sequences.next(),
          resolve: resolve as (answer: unknown) => void,
          reject,
        };
        queue.add({ key: keyOf(tenant, id), tenant, id }, call);
      });
    return gate.run(() => {
      const ready = sequences.ready(tenant);
      return ready === true ? add() : ready.then(add);
    });
  }

  get(id: string): Promise<Entity | undefined> {
    const { gate, retrieval } = this.#parts;
    return gate.run(() => retrieval.get(keyOf(this.#tenant, id)));
  }

  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, Entity>> {
    const { gate, retrieval } = this.#parts;
    const get = (id: string) => retrieval.get(keyOf(this.#tenant, id));
    return gate.run(async () => {
      const entities = await Promise.all(ids.map(get));
      return new Map(entities.flatMap((entity) => (entity === undefined ? [] : [[entity.id, entity]])));
    });
  }

  async *find(condition: Condition, page: FindPage = {}): AsyncIterable<readonly Entity[]> {
    const { entities, gate, now, reads, usage } = this.#parts;
    usage.follow();
    const search = this.#searchFor(condition);
    if (!search) return;
    yield* findPages(search, page, { entities, now, reads, run: (work) => gate.run(work) });
  }

  async count(condition: Condition): Promise<number> {
    const filter = toFilter(condition, this.#tenant);
    return filter ? this.#parts.gate.run(() => this.#count(filter)) : 0;
  }

  isExact(condition: Condition): boolean {
    return isExact(condition);
  }

  census(type?: string): Promise<ReadonlyMap<string, TypeCensus>> {
    return this.#parts.gate.run(() => takeCensus(this.#parts, this.#tenant, type));
  }

  attributeCount(attribute: string): Promise<number> {
    return this.#parts.gate.run(() => countAttribute(this.#parts, this.#tenant, attribute));
  }

  #searchFor(condition: Condition): Search | undefined {
    const { indexes, usage } = this.#parts;
    const tenant = this.#tenant;
    const missing: MissingIndex[] = [];
    const used: string[] = [];
    const filter = toFilter(condition, tenant, (type, subject) => {
      const index = indexes.find(tenant, type, subject);
      if (index) used.push(index.since);
      else missing.push({ type, subject });
      return index;
    });
    if (!filter) return undefined;
    usage.used(used);
    return {
      filter,
      isMoving: used.length > 0 || hasCells(condition),
      onEnd: (inVain) => {
        if (inVain > 0) usage.wasted(tenant, missing, inVain);
      },
    };
  }

  #count(filter: Filter<EntityDocument>): Promise<number> {
    const { entities, now } = this.#parts;
    return entities.countDocuments({ $and: [filter], visibleUntil: { $gt: now() } });
  }
}
