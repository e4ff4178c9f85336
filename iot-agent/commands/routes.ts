import type { Database } from '../../runtime/sqlite/open.ts';
import type { Incoming, LorawanOrigin } from '../measurement.ts';
import type { CommandOwner } from './command-store.ts';

/** The way by which a device was heard last, and so can be reached. */
export type DeviceRoute =
  | ({ readonly kind: 'lorawan' } & Omit<LorawanOrigin, 'receivedAt'>)
  | { readonly kind: 'plain'; readonly apikey: string; readonly connection?: string };

/** Where each device was heard last, on disk and, of those heard lately, in memory. */
export interface DeviceRoutes {
  of(owner: CommandOwner): DeviceRoute | undefined;
  /** Notes where something came from, inside a transaction of the caller; true when that is news. */
  heard(owner: CommandOwner, incoming: Incoming): boolean;
  /** What the network server has queued for the device is to be emptied by the next downlink. */
  setFlush(owner: CommandOwner, mustFlush: boolean): void;
  mustFlush(owner: CommandOwner): boolean;
}

/** Routes in a database that has `commandSchema`; at most `size` are in memory. */
export function deviceRoutes(db: Database, size: number): DeviceRoutes {
  const select = db.prepare<[route: string, mustFlush: number]>(
    'SELECT route, must_flush FROM command_route WHERE tenant = ? AND device_id = ?',
  );
  const upsert =
    db.prepare(`INSERT INTO command_route (tenant, device_id, route, must_flush) VALUES (?1, ?2, ?3, 0)
    ON CONFLICT (tenant, device_id) DO UPDATE SET route = excluded.route`);
  const flush = db.prepare('UPDATE command_route SET must_flush = ?3 WHERE tenant = ?1 AND device_id = ?2');
  const memory = new Map<string, string>();
  return {
    of: ({ tenant, deviceId }) => {
      const text = select.get(tenant, deviceId)?.[0];
      return text === undefined ? undefined : (JSON.parse(text) as DeviceRoute);
    },
    heard: ({ tenant, deviceId }, incoming) => {
      const route = JSON.stringify(routeOf(incoming));
      const key = `${tenant}\n${deviceId}`;
      if (memory.get(key) === route) return false;
      if (memory.size >= size) memory.clear();
      memory.set(key, route);
      if (select.get(tenant, deviceId)?.[0] === route) return false;
      upsert.run(tenant, deviceId, route);
      return true;
    },
    setFlush: ({ tenant, deviceId }, mustFlush) => {
      flush.run(tenant, deviceId, Number(mustFlush));
    },
    mustFlush: ({ tenant, deviceId }) => select.get(tenant, deviceId)?.[1] === 1,
  };
}

function routeOf(incoming: Incoming): DeviceRoute {
  if (!('devEui' in incoming)) {
    const { apikey, connection } = incoming;
    return { kind: 'plain', apikey, ...(connection === undefined ? {} : { connection }) };
  }
  const { kind, receivedAt, ...message } = incoming;
  return { kind: 'lorawan', ...originOf(message) };
}

/** The same members in the same order, whatever kind of message they came with. */
function originOf(message: Omit<LorawanOrigin, 'receivedAt'>): Omit<LorawanOrigin, 'receivedAt'> {
  const { devEui, server, deviceId, applicationId, downlink, connection } = message;
  return {
    devEui,
    server,
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(downlink === undefined ? {} : { downlink }),
    ...(connection === undefined ? {} : { connection }),
  };
}
