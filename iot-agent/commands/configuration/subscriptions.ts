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

/** Devices that want to hear of changes, kept where the commands are. Every call may reject with RegistryAway. */
export interface ConfigurationSubscriptions {
  /** Resolves when it is durable; true when it is new. The oldest of a device with too many go. */
  add(subscription: Omit<ConfigurationSubscription, 'id'>, now: number): Promise<boolean>;
  get(id: string): Promise<ConfigurationSubscription | undefined>;
  all(): Promise<readonly ConfigurationSubscription[]>;
  remove(id: string): Promise<void>;
}

/** Of one device; more are no different questions of a device. */
export const mostOfDevice = 10;

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
    add: (subscription, now) => {
      const { owner, by, request } = subscription;
      const { tenant, deviceId } = owner;
      const text = JSON.stringify(request);
      const id = idOf(subscription);
      return group.run(() => {
        const isNew = one.get(id) === undefined;
        upsert.run(id, tenant, deviceId, by, text, now);
        trim.run(tenant, deviceId, mostOfDevice);
        return isNew;
      });
    },
    get: async (id) => {
      const row = one.get(id);
      return row && subscriptionOf(row);
    },
    all: async () => every.all().map(subscriptionOf),
    remove: async (id) => {
      await group.run(() => remove.run(id));
    },
  };
}

/** The id of a subscription that says this. */
export function idOf({ owner, by, request }: Omit<ConfigurationSubscription, 'id'>): string {
  const parts = [owner.tenant, owner.deviceId, by, JSON.stringify(request)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function subscriptionOf([id, tenant, deviceId, by, request]: Row): ConfigurationSubscription {
  return { id, owner: { tenant, deviceId }, by, request: JSON.parse(request) as ConfigurationRequest };
}
