import type { Database } from '../../runtime/sqlite/open.ts';
import { findText } from '../devices/settings.ts';
import { addMeasurement, afterDelivery, carriedBy, type EntityHours } from '../mapping/air-quality/hours.ts';
import { concentrationsIn, indexAttributes } from '../mapping/air-quality/index-attributes.ts';
import type { Device, MappedEntity } from '../registry/device.ts';
import type { Interpret } from './interpret.ts';
import { entityKey } from './latest.ts';

/** The hours of Entities whose air-quality index is asked for; `hours` is JSON. */
export const airQualitySchema = `
  CREATE TABLE air_quality_hours (
    entity TEXT PRIMARY KEY,
    hours TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** What was measured in the running hour of each Entity, in memory and on disk. */
export interface AirQualityHours {
  /**
   * Adds what the Entity says to its hours; an index that is due stands in the Entity that comes back. To ask again with the same
   * Entity gives the same.
   */
  withIndex(device: Device, mapped: MappedEntity): MappedEntity;
  /**
   * Writes the hours that have changed, inside a transaction of the caller: with the items that they were measured by.
   * @param delivered by entity key, up to when the broker took measurements now.
   */
  save(delivered: ReadonlyMap<string, number>): void;
}

/** Hours in the table `air_quality_hours`; those of about `size` Entities are in memory, the others are read when they measure. */
export function airQualityHours(db: Database, size: number): AirQualityHours {
  const select = db.prepare<[string]>('SELECT hours FROM air_quality_hours WHERE entity = ?');
  const upsert = db.prepare('INSERT OR REPLACE INTO air_quality_hours VALUES (?, ?)');
  const memory = new Map<string, EntityHours>();
  const changed = new Set<string>();
  const kept = (key: string): EntityHours | undefined => {
    const [text] = memory.has(key) ? [] : (select.get(key) ?? []);
    return text === undefined ? memory.get(key) : (JSON.parse(text) as EntityHours);
  };
  return {
    withIndex(device, mapped) {
      const { entity, observedAt } = mapped;
      const name = device.airQualityIndex;
      if (name === undefined || entity.type !== 'AirQualityObserved') return mapped;
      const key = entityKey(device.tenant, entity.id);
      const hours = addMeasurement(kept(key), observedAt, concentrationsIn(entity));
      memory.set(key, hours);
      changed.add(key);
      const full = carriedBy(hours, observedAt);
      const attributes = full && indexAttributes({ name, isTrafficStation: isTrafficStation(device) }, full);
      return attributes === undefined ? mapped : { ...mapped, entity: { ...entity, ...attributes } };
    },
    save(delivered) {
      for (const key of changed) {
        const hours = memory.get(key);
        if (hours === undefined) continue;
        const left = afterDelivery(hours, delivered.get(key) ?? 0);
        memory.set(key, left);
        upsert.run(key, JSON.stringify(left));
      }
      changed.clear();
      // All of it is on disk now: what is in use comes back by itself.
      if (memory.size >= size) memory.clear();
    },
  };
}

const isTrafficStation = ({ internalAttributes }: Device): boolean =>
  findText(internalAttributes, 'stationType') === 'traffic';

/** Interprets as `interpret` does; Entities of devices that ask for an air-quality index get that of their last full hour. */
export function withAirQuality(interpret: Interpret, hours: Pick<AirQualityHours, 'withIndex'>): Interpret {
  return async (device, incoming) => {
    const interpretation = await interpret(device, incoming);
    const { mapped } = interpretation;
    if (device.airQualityIndex === undefined || mapped.kind !== 'entities') return interpretation;
    const entities = mapped.entities.map((one) => hours.withIndex(device, one));
    return { ...interpretation, mapped: { ...mapped, entities } };
  };
}
