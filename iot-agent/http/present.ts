import { maskJson } from '../../runtime/mask-secrets.ts';
import { formatDateTime } from '../date-time.ts';
import type { DeviceModel } from '../devices/device-model.ts';
import type { PendingDevice } from '../registry/pending-device.ts';
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

/** A device that waits for approval, with its newest message and what is put aside of it. */
export function presentPending(
  { tenant, servicePath, state, settings, firstSeen, ...rest }: PendingDevice,
  problems: readonly Problem[],
) {
  const { rule, obstacle, suggestions, naming, sighting } = rest;
  const [newest] = problems.toSorted((a, b) => b.lastAt - a.lastAt);
  return {
    ...settings,
    ...{ state, service: tenant, service_path: servicePath, firstSeen: formatDateTime(firstSeen) },
    ...(rule === undefined ? {} : { rule }),
    ...(obstacle === undefined ? {} : { obstacle }),
    ...(naming === undefined ? {} : { naming }),
    ...(suggestions === undefined ? {} : { suggestions }),
    ...(sighting === undefined ? {} : { sighting }),
    ...(newest === undefined ? {} : { last: presentIncoming(decodeIncoming(newest.last)) }),
    waiting: problems.map(presentObstacle),
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
