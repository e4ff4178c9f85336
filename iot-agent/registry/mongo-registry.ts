import type { Db } from 'mongodb';
import type { Clock } from '../../runtime/clock.ts';
import { reachable } from './mongo-away.ts';
import { mongoCodecs } from './mongo-codecs.ts';
import { mongoConnections } from './mongo-connections.ts';
import { mongoDevices } from './mongo-devices.ts';
import { mongoGroups } from './mongo-groups.ts';
import { mongoPending } from './mongo-pending.ts';
import { mongoProvisioningRules } from './mongo-provisioning-rules.ts';
import { mongoRevision } from './mongo-revision.ts';
import { mongoRuleBook } from './mongo-rule-book.ts';
import { newSecret } from './new-secret.ts';
import type { Registry } from './registry.ts';

/** What a registry in MongoDB needs. */
export interface MongoRegistryOptions {
  /** Written with the write concern of its connection, which must be a majority and the journal. */
  readonly database: Db;
  readonly clock: Clock;
  /** Milliseconds until a change by another agent is noticed. */
  readonly pollInterval: number;
}

/** The registry in MongoDB, which several agents may share; closing it leaves the connection open. */
export async function mongoRegistry({
  database,
  clock,
  pollInterval,
}: MongoRegistryOptions): Promise<Registry & { close(): void }> {
  const revision = mongoRevision(database, pollInterval);
  return {
    ...(await mongoDevices(database, clock, revision.raise)),
    ...(await mongoGroups(database, clock, revision.raise)),
    ...(await mongoPending(database, clock, revision.raise)),
    ...(await mongoProvisioningRules(database, clock, revision.raise)),
    ...(await mongoCodecs(database, revision.raise)),
    ...(await mongoConnections(database, clock, revision.raise)),
    ruleBook: await mongoRuleBook(database, clock, revision.raise),
    secret: async () => {
      const secrets = database.collection<{ readonly _id: string; readonly secret: string }>('agent_secret');
      const change = { $setOnInsert: { secret: newSecret() } };
      const options = { upsert: true, returnDocument: 'after' } as const;
      const kept = await reachable(secrets.findOneAndUpdate({ _id: 'registry' }, change, options));
      return kept?.secret ?? '';
    },
    check: async () => {
      await database.command({ ping: 1 });
    },
    onForeignChange: revision.onForeign,
    close: revision.close,
  };
}
