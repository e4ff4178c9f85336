import { randomUUID } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { BrokerClient } from '../broker-client.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import { deviceEntity } from '../mapping/device-entity.ts';
import { deliver } from './deliver.ts';
import type { DeviceStates, DueDevice } from './device-states.ts';
import { type Batch, type Parcel, roundsOf } from './rounds.ts';

/** What writing Device entities needs. */
export interface ReportOptions {
  readonly states: Pick<DeviceStates, 'due' | 'written'>;
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly broker: BrokerClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Most Entities in one request. */
  readonly batchSize: number;
}

interface Report extends Parcel {
  readonly due: DueDevice;
}

/**
 * Writes the Device entities that are due, at most `limit`, and resolves to their number. What the broker refuses is logged and
 * comes again with the device's next news. @throws BrokerDown; what was not written by then stays due.
 */
export async function reportDevices(options: ReportOptions, limit: number): Promise<number> {
  const { states, clock } = options;
  const due = states.due(clock.now(), limit);
  const reports = due.map((device) => reportOf(options, device));
  // What cannot be written now cannot be written in a second either.
  states.written(
    due.filter((_, index) => reports[index] === undefined),
    clock.now(),
  );
  const valid = reports.filter((report) => report !== undefined);
  for (const round of roundsOf(valid, options.batchSize))
    for (const batch of round) await write(options, batch);
  return due.length;
}

function reportOf({ catalogue, log }: ReportOptions, due: DueDevice): Report | undefined {
  const { device, state } = due;
  const model = device.model === undefined ? undefined : catalogue.findModel(device.model);
  if (model === undefined) return undefined;
  const mapped = deviceEntity(device, model, state);
  const [mappedEntity] = mapped.kind === 'entities' ? mapped.entities : [];
  if (mappedEntity !== undefined)
    return { due, tenant: device.tenant, entity: mappedEntity.entity, context: mappedEntity.context };
  log.warn({ device: device.deviceId, tenant: device.tenant, ...mapped }, 'the Device entity is not valid');
  return undefined;
}

async function write(options: ReportOptions, { tenant, context, parcels }: Batch<Report>): Promise<void> {
  const { broker, states, clock, log } = options;
  const entities = parcels.map(({ entity }) => entity);
  const correlationId = randomUUID();
  const outcomes = await deliver(broker, entities, { tenant, context, correlationId });
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.kind === 'accepted') continue;
    log.warn(
      { correlationId, tenant, entity: entities[index]?.id, ...outcome },
      'the broker did not take a Device entity',
    );
  }
  states.written(
    parcels.map(({ due }) => due),
    clock.now(),
  );
}
