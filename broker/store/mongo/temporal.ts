import type { Collection } from 'mongodb';
import type { RollUpStore } from '../roll-ups.ts';
import { LONGEST_HOLD, readSteadily } from '../steady-read.ts';
import type {
  CandidateQuery,
  Candidates,
  HistoryDatasets,
  HistoryEntity,
  HistoryInstance,
  HistoryPage,
  HistoryQuery,
  PresenceQuery,
  TemporalStore,
} from '../temporal-store.ts';
import type { DueEnds } from './due-ends.ts';
import type { EntityDocument } from './entity-document.ts';
import type { Gate } from './gate.ts';
import { readCandidates } from './history-candidates.ts';
import { toHistoryEntity } from './history-document.ts';
import { type Edit, removePart, removeRow, replaceRow } from './history-edits.ts';
import { SIGHT } from './history-lots.ts';
import { type Provided, type Provision, type ProvisionParts, provide } from './history-provision.ts';
import { attributesWithin, type HistoryRead, readPage } from './history-read.ts';
import { isAnyRolledUp, readRollUps, rolledUpNames } from './history-roll-ups.ts';
import { keyOf, partsOf, rangeOf } from './keys.ts';
import { assertFilterSize } from './limits.ts';
import { takenDocuments } from './merge-roll-up.ts';
import { retainHistory } from './retain-history.ts';
import type { StampSource } from './stamps.ts';
import { isHeld, steadinessOf } from './steady-reads.ts';

/** Milliseconds between looks whether somebody still asks to wait. */
const LOOK = 50;

export interface TemporalParts extends ProvisionParts {
  readonly entities: Collection<EntityDocument>;
  readonly gate: Gate;
  /** Names edits. */
  readonly stamps: StampSource;
  readonly drain: (tenant: string, entityId: string) => Promise<void>;
  readonly ends: Pick<DueEnds, 'end' | 'endAll'>;
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
      return toHistoryEntity(await this.#parts.historyEntities.findOne({ _id: keyOf(this.#tenant, id) }));
    });
  }

  candidates(query: CandidateQuery): Promise<Candidates> {
    return this.#parts.gate.run(async () => {
      if (query.after === undefined) await this.#drainAll(query.ids);
      return readCandidates(this.#parts.historyEntities, this.#tenant, query);
    });
  }

  instances(id: string, query: HistoryQuery): Promise<HistoryPage> {
    return this.#parts.gate.run(async () => {
      await this.#drain(id);
      return readPage({ ...(await this.#reading(id, query)), query });
    });
  }

  attributesWithin(id: string, query: PresenceQuery, most?: number): Promise<readonly string[]> {
    return this.#parts.gate.run(async () =>
      attributesWithin({ ...(await this.#reading(id, query)), query }, most),
    );
  }

  /** What is known of an Entity before its instances are read. */
  async #reading(
    id: string,
    { attributes: wanted, except = [] }: PresenceQuery,
  ): Promise<Omit<HistoryRead, 'query'>> {
    const { instances, historyEntities } = this.#parts;
    const entity = keyOf(this.#tenant, id);
    const [[sight, known], { taken }] = await Promise.all([
      historyEntities
        .findOne({ _id: entity }, { projection: SIGHT })
        // Afterwards, so that none is missing of a lot that is seen.
        .then(
          async (found) => [found, wanted ?? (await instances.distinct('attribute', { entity }))] as const,
        ),
      takenDocuments(this.#parts, entity),
    ]);
    const attributes = [...new Set(known)].filter((attribute) => !except.includes(attribute));
    return { instances, entity, attributes, sight, taken };
  }

  async append(entity: HistoryEntity, instances: readonly HistoryInstance[]): Promise<boolean> {
    const { id, types } = entity;
    return (await this.#provide({ id, types, entity, instances })) === 'new';
  }

  async extend(
    id: string,
    types: readonly string[],
    instances: readonly HistoryInstance[],
  ): Promise<boolean> {
    return (await this.#provide({ id, types, instances })) === 'known';
  }

  #provide(provision: Omit<Provision, 'tenant' | 'by'>): Promise<Provided> {
    return this.#edit(provision.id, (edit) => provide(this.#parts, { ...provision, ...edit }));
  }

  removeEntity(id: string): Promise<boolean> {
    return this.#edit(id, (edit) => removePart(this.#parts, edit, {}));
  }

  removeAttribute(id: string, attribute: string, which: HistoryDatasets): Promise<boolean> {
    const part = which === 'all' ? { attribute } : { attribute, datasetId: which.datasetId ?? '' };
    return this.#edit(id, (edit) => removePart(this.#parts, edit, part));
  }

  replaceInstance(
    id: string,
    attribute: string,
    instanceId: string,
    change: (old: HistoryInstance) => HistoryInstance,
  ): Promise<boolean> {
    return this.#edit(id, (edit) => replaceRow(this.#parts, edit, { attribute, instanceId }, change));
  }

  removeInstance(id: string, attribute: string, instanceId: string): Promise<boolean> {
    return this.#edit(id, (edit) => removeRow(this.#parts, edit, { attribute, instanceId }));
  }

  get rollUps(): RollUpStore {
    const parts = this.#parts;
    const { gate, now } = parts;
    const entityOf = (id: string) => keyOf(this.#tenant, id);
    return {
      isAny: () => gate.run(() => isAnyRolledUp(parts, rangeOf(this.#tenant))),
      attributes: (id) => gate.run(() => rolledUpNames(this.#parts, entityOf(id))),
      read: (id, query) => gate.run(() => readRollUps(this.#parts, entityOf(id), query)),
      retain: async (id, cutoffsOf) => {
        await this.#untilReleased(entityOf(id));
        return gate.again(async () => {
          await this.#drain(id);
          return retainHistory(parts, { entity: entityOf(id), cutoffsOf, now: now() });
        });
      },
      steadily: (id, span, read) => {
        const steadiness = steadinessOf({ collections: parts, entity: entityOf(id), span, now });
        return readSteadily(
          {
            state: () => gate.run(steadiness.state),
            hold: (before) => gate.run(() => steadiness.hold(before)),
            release: () => gate.run(steadiness.release),
          },
          read,
        );
      },
    };
  }

  /** Waits for those who read, for `LONGEST_HOLD` at most. */
  async #untilReleased(entity: string): Promise<void> {
    const { gate, now } = this.#parts;
    for (let looks = LONGEST_HOLD / LOOK; looks > 0; looks--) {
      if (!(await gate.run(() => isHeld(this.#parts, entity, now())))) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  #edit<T>(id: string, work: (edit: Edit) => Promise<T>): Promise<T> {
    const { gate, stamps } = this.#parts;
    const edit = { tenant: this.#tenant, id, by: stamps.next().text };
    return gate.again(async () => {
      await this.#drain(id);
      return work(edit);
    });
  }

  async #drain(id: string): Promise<void> {
    const { entities, drain, ends, now } = this.#parts;
    const key = keyOf(this.#tenant, id);
    const found = await entities.findOne<Pick<EntityDocument, 'oldest' | 'expiresAt'>>(
      { _id: key },
      { projection: { _id: 0, oldest: 1, expiresAt: 1 } },
    );
    const isEndDue = found?.expiresAt !== undefined && found.expiresAt <= now();
    if (isEndDue) await ends.end(key);
    if (isEndDue || found?.oldest !== undefined) await drain(this.#tenant, id);
  }

  /** Folds what is pending of these or of all of the tenant; the relay folds it meanwhile too, many at a time. */
  async #drainAll(ids: readonly string[] | undefined): Promise<void> {
    const { entities, drain, ends } = this.#parts;
    if (ids !== undefined) assertFilterSize(ids);
    const _id = ids === undefined ? rangeOf(this.#tenant) : { $in: ids.map((id) => keyOf(this.#tenant, id)) };
    await ends.endAll({ _id });
    const pending = await entities
      .find({ oldest: { $exists: true }, _id })
      .sort({ oldest: 1 })
      .project<Pick<EntityDocument, '_id'>>({ _id: 1 })
      .toArray();
    for (const each of pending) await drain(this.#tenant, partsOf(each._id, 2)[1] ?? '');
  }
}
