import type { Collection } from 'mongodb';
import type { Entity, Micros } from '../../domain/entity.ts';
import type { EntityDocument } from './entity-document.ts';

type Row = Pick<EntityDocument, '_id' | 'body' | 'visibleUntil'>;

interface Asked {
  readonly key: string;
  readonly resolve: (entity: Entity | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** So that an answer stays small where Entities are large. */
const MOST_KEYS = 64;

/** Reads Entities by key: those asked for in one event-loop turn share a command, which is what costs here. */
export class Retrieval {
  readonly #entities: Collection<EntityDocument>;
  readonly #now: () => Micros;
  #asked: Asked[] = [];

  constructor(entities: Collection<EntityDocument>, now: () => Micros) {
    this.#entities = entities;
    this.#now = now;
  }

  /** The living Entity with this key. */
  get(key: string): Promise<Entity | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#asked.push({ key, resolve, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const asked = this.#asked;
    this.#asked = [];
    for (let from = 0; from < asked.length; from += MOST_KEYS) {
      void this.#read(asked.slice(from, from + MOST_KEYS));
    }
  }

  /** Never rejects. */
  async #read(asked: readonly Asked[]): Promise<void> {
    try {
      const keys = [...new Set(asked.map(({ key }) => key))];
      const rows = await this.#entities
        // By `_id` alone: whether an Entity is visible costs less to see here than to ask.
        .find({ _id: { $in: keys } })
        .project<Row>({ body: 1, visibleUntil: 1 })
        .toArray();
      const now = this.#now();
      const entities = new Map(rows.map((row) => [row._id, toEntity(row, now)]));
      for (const { key, resolve } of asked) resolve(entities.get(key));
    } catch (reason) {
      for (const { reject } of asked) reject(reason);
    }
  }
}

function toEntity({ body, visibleUntil }: Row, now: Micros): Entity | undefined {
  return body === undefined || visibleUntil <= now ? undefined : (JSON.parse(body) as Entity);
}
