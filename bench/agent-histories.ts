import { entityOf } from './uplinks.ts';
import { environmentContext } from './uplinks-row.ts';

/** What the histories of a fleet say about its uplinks. */
export interface Histories {
  /** Instances of the one Attribute that was looked at. */
  readonly instances: number;
  readonly missing: number;
  /** Measurements that are there more than once. */
  readonly twice: number;
  /** Measurements that the broker took before an earlier one of the same Entity. */
  readonly outOfOrder: number;
  /** Entities whose current value is not their newest. */
  readonly stale: number;
  /** Devices of which something is missing. */
  readonly incomplete: readonly number[];
}

/** One measurement in the history: when the device sent it and when the broker took it. */
export interface Instance {
  readonly observedAt: string;
  readonly modifiedAt: string;
}

/** Reads the history and the current state of the temperature of every device. */
export async function readHistories(
  origin: string,
  fleet: { readonly devices: number; readonly uplinksPerDevice: number },
): Promise<Histories> {
  const total = { instances: 0, missing: 0, twice: 0, outOfOrder: 0, stale: 0 };
  const incomplete: number[] = [];
  for (let device = 0; device < fleet.devices; device += 1) {
    const instances = await historyOf(origin, device);
    const times = new Set(instances.map(({ observedAt }) => observedAt));
    total.instances += instances.length;
    if (times.size < fleet.uplinksPerDevice) incomplete.push(device);
    total.missing += Math.max(0, fleet.uplinksPerDevice - times.size);
    total.twice += instances.length - times.size;
    total.outOfOrder += swapsIn(instances);
    const newest = Math.max(...instances.map(({ observedAt }) => Date.parse(observedAt)));
    if ((await currentTime(origin, device)) !== newest) total.stale += 1;
  }
  return { ...total, incomplete };
}

function swapsIn(instances: readonly Instance[]): number {
  const ordered = instances.toSorted((a, b) => Date.parse(a.observedAt) - Date.parse(b.observedAt));
  return ordered.filter(({ modifiedAt }, index) => modifiedAt < (ordered[index - 1]?.modifiedAt ?? ''))
    .length;
}

/** Every temperature of a device that the broker has. */
export async function historyOf(origin: string, device: number): Promise<readonly Instance[]> {
  const query = 'attrs=temperature&options=sysAttrs';
  const body = await get(`${origin}/ngsi-ld/v1/temporal/entities/${entityOf(device)}?${query}`);
  return [(body as { temperature?: Instance | Instance[] }).temperature ?? []].flat();
}

async function currentTime(origin: string, device: number): Promise<number> {
  const body = await get(`${origin}/ngsi-ld/v1/entities/${entityOf(device)}?attrs=temperature`);
  return Date.parse((body as { temperature?: Instance }).temperature?.observedAt ?? '');
}

async function get(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { link: environmentContext } });
  if (answer.status === 404) return {};
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
