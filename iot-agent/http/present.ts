import { maskJson } from '../../runtime/mask-secrets.ts';
import { formatDateTime } from '../date-time.ts';
import type { DeviceModel } from '../devices/device-model.ts';
import type { DeviceRecord, GroupRecord } from '../registry/registry.ts';
import { causes } from '../spool/causes.ts';
import { decodeIncoming } from '../spool/encode-incoming.ts';
import type { Problem } from '../spool/spool.ts';
import { presentIncoming } from './present-message.ts';

/** A device as FIWARE's agents show it, with what waits for it where that is asked for. */
export function presentDevice(
  { tenant, servicePath, settings }: DeviceRecord,
  problems?: readonly Problem[],
) {
  return {
    ...settings,
    service: tenant,
    service_path: servicePath,
    attributes: settings.attributes ?? [],
    static_attributes: settings.static_attributes ?? [],
    ...(problems === undefined ? {} : { waiting: problems.map(presentObstacle) }),
  };
}

/** A group as FIWARE's agents show it. */
export function presentGroup({ tenant, servicePath, settings }: GroupRecord) {
  return { ...settings, resource: settings.resource ?? '', service: tenant, service_path: servicePath };
}

/** What one sender's items are put aside for. */
export function presentProblem(problem: Problem) {
  const { key, tenant, cause, last } = problem;
  return {
    sender: key,
    ...(tenant === undefined ? {} : { service: tenant }),
    ...presentObstacle(problem),
    last: cause === 'malformed' ? maskJson(last) : JSON.stringify(presentIncoming(decodeIncoming(last))),
  };
}

function presentObstacle({ cause, reason, items, lastAt }: Problem) {
  const { waits, meaning } = causes[cause];
  return { cause, meaning, waits, reason, items, lastAt: formatDateTime(lastAt) };
}

/** A device model of the catalogue, for people who choose one. */
export function presentModel(model: DeviceModel) {
  const { vendor, model: name, description, documentation, feeds, controlledProperty, category } = model;
  return { model: `${vendor}/${name}`, description, documentation, feeds, controlledProperty, category };
}
