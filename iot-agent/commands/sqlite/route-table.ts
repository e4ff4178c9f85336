import type { Database } from '../../../runtime/sqlite/open.ts';
import type { CommandOwner } from '../command.ts';
import type { Place } from '../command-store.ts';
import type { DeviceRoute } from '../routes.ts';

/** Where each device was heard last. Its writes run inside a transaction of the caller. */
export interface RouteTable {
  place(owner: CommandOwner): Place;
  /** Keeps a route as text; true when it is another one than before. */
  save(owner: CommandOwner, route: string): boolean;
  /** The network server's queue for the device is to be emptied. */
  wishFlush(owner: CommandOwner): void;
  /** So many of the wishes are fulfilled. */
  flushed(owner: CommandOwner, flushes: number): void;
  remove(owner: CommandOwner): void;
}

/** The table in a database that has `commandSchema`. */
export function routeTable(db: Database): RouteTable {
  const select = db.prepare<[route: string, flushes: number]>(
    'SELECT route, must_flush FROM command_route WHERE tenant = ? AND device_id = ?',
  );
  const upsert =
    db.prepare(`INSERT INTO command_route (tenant, device_id, route, must_flush) VALUES (?1, ?2, ?3, 0)
    ON CONFLICT (tenant, device_id) DO UPDATE SET route = excluded.route`);
  const add = db.prepare(`UPDATE command_route SET must_flush = max(0, must_flush + ?3)
    WHERE tenant = ?1 AND device_id = ?2`);
  const remove = db.prepare('DELETE FROM command_route WHERE tenant = ? AND device_id = ?');
  return {
    place: ({ tenant, deviceId }) => {
      const [text, flushes = 0] = select.get(tenant, deviceId) ?? [];
      return { route: text === undefined ? undefined : (JSON.parse(text) as DeviceRoute), flushes };
    },
    save: ({ tenant, deviceId }, route) => {
      if (select.get(tenant, deviceId)?.[0] === route) return false;
      upsert.run(tenant, deviceId, route);
      return true;
    },
    wishFlush: ({ tenant, deviceId }) => {
      add.run(tenant, deviceId, 1);
    },
    flushed: ({ tenant, deviceId }, flushes) => {
      add.run(tenant, deviceId, -flushes);
    },
    remove: ({ tenant, deviceId }) => {
      remove.run(tenant, deviceId);
    },
  };
}
