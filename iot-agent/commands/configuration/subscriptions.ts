import { createHash } from 'node:crypto';
import type { GroupCommit } from '../../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../../runtime/sqlite/open.ts';
import type { ConfigurationRequest } from '../../transports/plain/configuration-request.ts';
import type { CommandOwner } from '../command.ts';

/** A device wants to hear of changes of these values. */
export interface ConfigurationSubscription {
  /** Follows from the rest, so that a device that asks again has no second one. */
  readonly id: string;
  readonly owner: CommandOwner;
  readonly by: 'mqtt' | 'http';
  readonly request: ConfigurationRequest;
}

/** Devices that want to hear of changes, on disk. */
export interface ConfigurationSubscriptions {
  /** Resolves when it is on disk; true when it is new. The oldest of a device with too many go. */
  add(subscription: Omit<ConfigurationSubscription, 'id'>, now: number): Promise<boolean>;
  get(id: string): ConfigurationSubscription | undefined;
  all(): readonly ConfigurationSubscription[];
  remove(id: string): Promise<void>;
}

/** Of one device; more are no different questions of a device. */
const mostOfDevice = 10;

type Row = readonly [id: string, tenant: string, deviceId: string, by: 'mqtt' | 'http', request: string];
const columns = 'id, tenant, device_id, sent_by, request';

/** Subscriptions in a database that has `configurationSchema`. */
export function configurationSubscriptions(
  db: Database,
  group: Pick<GroupCommit, 'run'>,
): ConfigurationSubscriptions {
  const one = db.prepare<[...Row]>(`SELECT ${columns} FROM configuration_subscription WHERE id = ?`);
  const every = db.prepare<[...Row]>(`SELECT ${columns} FROM configuration_subscription ORDER BY at, id`);
  const upsert = db.prepare(`INSERT INTO configuration_subscription VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (id) DO UPDATE SET at = excluded.at`);
  const trim =
    db.prepare(`DELETE FROM configuration_subscription WHERE tenant = ?1 AND device_id = ?2 AND id NOT IN
    (SELECT id FROM configuration_subscription WHERE tenant = ?1 AND device_id = ?2 ORDER BY at DESC, id LIMIT ?3)`);
  const remove = db.prepare('DELETE FROM configuration_subscription WHERE id = ?');
  return {
    add: ({ owner: { tenant, deviceId }, by, request }, now) => {
      const text = JSON.stringify(request);
      const id = idOf([tenant, deviceId, by, text]);
      return group.run(() => {
        const isNew = one.get(id) === undefined;
        upsert.run(id, tenant, deviceId, by, text, now);
        trim.run(tenant, deviceId, mostOfDevice);
        return isNew;
      });
    },
    get: (id) => {
      const row = one.get(id);
      return row && subscriptionOf(row);
    },
    all: () => every.all().map(subscriptionOf),
    remove: async (id) => {
      await group.run(() => remove.run(id));
    },
  };
}

function idOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function subscriptionOf([id, tenant, deviceId, by, request]: Row): ConfigurationSubscription {
  return { id, owner: { tenant, deviceId }, by, request: JSON.parse(request) as ConfigurationRequest };
}
