import type { Collection } from 'mongodb';
import type { Gate } from './gate.ts';
import { insertNew } from './insert-new.ts';

export interface TenantDocument {
  /** The tenant's name. */
  readonly _id: string;
}

/** The tenants that exist. None is ever taken away, so what was seen once need not be asked again. */
export class Tenants {
  readonly #collection: Collection<TenantDocument>;
  readonly #gate: Gate;
  readonly #known = new Set(['']);

  constructor(collection: Collection<TenantDocument>, gate: Gate) {
    this.#collection = collection;
    this.#gate = gate;
  }

  has(tenant: string): boolean | Promise<boolean> {
    return this.#known.has(tenant) || this.#look(tenant);
  }

  async list(): Promise<readonly string[]> {
    const found = await this.#gate.run(() => this.#collection.find().sort({ _id: 1 }).toArray());
    return found.map(({ _id }) => _id).filter((name) => name !== '');
  }

  async create(tenant: string): Promise<void> {
    if (this.#known.has(tenant)) return;
    await this.#gate.again(() => insertNew(this.#collection, [{ _id: tenant }]));
    this.#known.add(tenant);
  }

  async #look(tenant: string): Promise<boolean> {
    const found = await this.#gate.run(() => this.#collection.findOne({ _id: tenant }));
    if (found) this.#known.add(tenant);
    return found !== null;
  }
}
