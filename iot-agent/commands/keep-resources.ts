import { randomUUID } from 'node:crypto';
import type { Logger } from '../../runtime/logger.ts';
import type { GroupCommit } from '../../runtime/sqlite/group-commit.ts';
import type { Database } from '../../runtime/sqlite/open.ts';
import type { BrokerAnswer, BrokerClient, RequestContext, Resource } from '../broker-client.ts';
import { BrokerDown, reach } from '../delivery/deliver.ts';
import { describe, isDown, isUnknownTenant } from '../delivery/outcomes.ts';
import { fieldsOf } from '../transports/envelope.ts';
import type { BrokerResource } from './broker-resources.ts';

/** What keeping resources at the broker asks. */
export interface ResourceParts {
  readonly db: Database;
  readonly group: Pick<GroupCommit, 'run'>;
  readonly broker: Pick<BrokerClient, 'create' | 'read' | 'remove'>;
  readonly log: Logger;
}

/** What became of the resources; what the broker refuses is tried again with the next call. */
export interface Kept {
  readonly refused: readonly { readonly resource: BrokerResource; readonly reason: string }[];
  /** Why the broker cannot take the first of those that are to be tried again soon: that one may be nothing to the others. */
  readonly held?: BrokerDown;
}

/**
 * Makes the broker have these resources, and none of those that this agent once made and that are not among them. Every call looks
 * whether they are still there: a broker may have lost everything. @throws BrokerDown
 */
export async function keepResources(parts: ResourceParts, wanted: readonly BrokerResource[]): Promise<Kept> {
  const { db, group } = parts;
  const refused: { resource: BrokerResource; reason: string }[] = [];
  // Before, so that one that was made by a run that ended right afterwards is known to the next.
  const remember = db.prepare('INSERT OR IGNORE INTO command_resource (id, tenant, kind) VALUES (?, ?, ?)');
  await group.run(() => {
    for (const { id, tenant, kind } of wanted) remember.run(id, tenant, kind);
  });
  let held: BrokerDown | undefined;
  for (const resource of wanted) {
    const outcome = await ensure(parts, resource);
    if (outcome instanceof BrokerDown) held ??= outcome;
    else if (outcome !== undefined) refused.push({ resource, reason: outcome });
  }
  await removeOthers(parts, wanted);
  return { refused, ...(held === undefined ? {} : { held }) };
}

/** Resolves to why the broker refuses it, if it does, or cannot take it now. @throws BrokerDown when it does not answer */
async function ensure(
  parts: ResourceParts,
  resource: BrokerResource,
): Promise<string | BrokerDown | undefined> {
  const { broker } = parts;
  const { kind, id, tenant, context } = resource;
  const request = { tenant, context, correlationId: randomUUID() };
  const found = await reach(broker.read(kind, id, request));
  if (isBusy(found)) return new BrokerDown(describe(found), found.retryAfter);
  if (found.status === 200) {
    if (!isMisleading(resource, found)) return undefined;
    await reach(broker.remove(kind, id, request));
  }
  return make(parts, resource, request);
}

/** As `ensure`, of one that is not there. */
async function make(
  parts: ResourceParts,
  resource: BrokerResource,
  request: RequestContext,
): Promise<string | BrokerDown | undefined> {
  const { broker, log } = parts;
  const { kind, id } = resource;
  for (const body of bodiesOf(resource)) {
    const made = await reach(broker.create(kind, body, request));
    if (made.status === 201 || made.status === 409) {
      if (await isTakenBack(parts, { ...resource, body }, request)) continue;
      log.info({ ...request, id }, 'the broker tells of changes of commands');
      return undefined;
    }
    // Brokers that have no registrations answer 501, which does not pass.
    if (isBusy(made) && made.status !== 501) return new BrokerDown(describe(made), made.retryAfter);
    if (made.status !== 400) return describe(made);
  }
  return 'the broker refuses it as invalid';
}

/** Removes what the broker made something misleading of; resolves to whether it did. @throws BrokerDown */
async function isTakenBack(
  { broker }: ResourceParts,
  resource: BrokerResource,
  request: RequestContext,
): Promise<boolean> {
  const { kind, id, body } = resource;
  if (body['notifyUnchanged'] !== true) return false;
  if (!isMisleading(resource, await reach(broker.read(kind, id, request)))) return false;
  await reach(broker.remove(kind, id, request));
  return true;
}

/**
 * True when the broker dropped `notifyUnchanged` and shows changes all the same: an equal value before may then be that of a command
 * which nobody gave.
 */
function isMisleading({ body }: BrokerResource, found: BrokerAnswer): boolean {
  const { notifyUnchanged, notification } = fieldsOf(found.body);
  if (body['notifyUnchanged'] !== true || notifyUnchanged === true) return false;
  return fieldsOf(notification)['showChanges'] === true;
}

type Body = BrokerResource['body'];

/** What brokers may not know, from what is ours alone to what only old ones lack. */
const dispensable: readonly (readonly string[])[] = [['notifyUnchanged', 'showChanges'], ['sysAttrs']];

/** The body, then plainer ones for brokers that refuse it. */
function bodiesOf({ kind, body }: BrokerResource): readonly Body[] {
  if (kind !== 'subscriptions') return [body];
  const bodies = [body];
  for (const names of dispensable) {
    const richer = bodies.at(-1) ?? body;
    const plainer = {
      ...without(richer, names),
      notification: without(richer['notification'] as Body, names),
    };
    if (JSON.stringify(plainer).length < JSON.stringify(richer).length) bodies.push(plainer);
  }
  return bodies;
}

function without(members: Body, names: readonly string[]): Body {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

/** A tenant that the broker does not have comes about with the creation. */
function isBusy(answer: BrokerAnswer): boolean {
  return isDown(answer.status) && answer.status !== 501 && !isUnknownTenant(answer);
}

async function removeOthers(
  { db, group, broker, log }: ResourceParts,
  wanted: readonly BrokerResource[],
): Promise<void> {
  const known = db
    .prepare<[id: string, tenant: string, kind: Resource]>('SELECT id, tenant, kind FROM command_resource')
    .all();
  const keys = new Set(wanted.map(({ id, tenant }) => `${tenant}\n${id}`));
  const forget = db.prepare('DELETE FROM command_resource WHERE id = ? AND tenant = ?');
  for (const [id, tenant, kind] of known) {
    if (keys.has(`${tenant}\n${id}`)) continue;
    const request = { tenant, context: '', correlationId: randomUUID() };
    const answer = await reach(broker.remove(kind, id, request));
    if (isBusy(answer)) throw new BrokerDown(describe(answer), answer.retryAfter);
    await group.run(() => forget.run(id, tenant));
    log.info({ tenant, id }, 'nobody has these commands any more: the broker need not tell of them');
  }
}
