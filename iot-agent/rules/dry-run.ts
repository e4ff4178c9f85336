import { randomUUID } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { BrokerClient } from '../broker-client.ts';
import { commandsOf } from '../commands/definitions.ts';
import { BrokerDown, reach } from '../delivery/deliver.ts';
import { describe, isUnknownTenant } from '../delivery/outcomes.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import { contextFor } from '../mapping/smart-data-models.ts';
import type { Registry } from '../registry/registry.ts';
import type { PlannedCommand } from '../registry/rule-book.ts';
import { hindranceOf } from './accept-triggers.ts';
import type { Condition } from './compiled-rule.ts';
import type { LoadedRule } from './load-rules.ts';
import { firingOf, type Planner } from './plan.ts';
import { triggersIn } from './triggers.ts';

/** What would happen. */
export interface DryRun {
  readonly fires: boolean;
  /** Why not. */
  readonly hindrances: readonly string[];
  /** What it would give, or would if nothing hindered it. */
  readonly first: readonly PlannedCommand[];
  readonly after: readonly PlannedCommand[];
  /** What would come to nothing. */
  readonly warnings: readonly string[];
}

/** What a dry run asks. */
export interface DryRunParts {
  readonly registry: Registry;
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly broker: Pick<BrokerClient, 'query' | 'retrieve'>;
  readonly clock: Clock;
  /** Microseconds. */
  readonly maxAge: number;
}

const nothing = { fires: false, first: [], after: [], warnings: [] } as const;

/** Asks the broker whether the Entity fulfils the condition as it is now, and works out what would be done. Writes nothing. @throws BrokerDown */
export async function dryRun(
  parts: DryRunParts,
  rule: LoadedRule,
  planner: Planner | undefined,
  entityId: string,
): Promise<DryRun> {
  if ('fault' in rule) return { ...nothing, hindrances: [rule.fault] };
  const when = planner?.compiled.when;
  if (planner === undefined || when === undefined)
    return { ...nothing, hindrances: ['the rule has no condition: it goes by the clock alone'] };
  const { entity, hindrance } = await look(parts, rule.tenant, when, entityId);
  if (entity === undefined) return { ...nothing, hindrances: [hindrance ?? 'there is no such Entity'] };
  const [trigger] = triggersIn({ data: [entity] }, when);
  const now = parts.clock.now();
  const firing = firingOf(planner, { entityId, linkedBy: trigger?.linkedBy ?? (() => []) }, now);
  const window = hindranceOf(planner.compiled, now, now, parts.maxAge);
  const hindrances = [
    ...(hindrance === undefined ? [] : [hindrance]),
    ...(window === undefined ? [] : ['the rule is not in force at this time of the day']),
  ];
  const first = firing.targets.flatMap((target) => target.first);
  const after = firing.targets.flatMap((target) => target.after);
  const warnings = await warningsOf(parts, [...first, ...after]);
  return { fires: hindrances.length === 0, hindrances, first, after, warnings };
}

/** The Entity, where there is one, and what keeps it from fulfilling the condition. */
async function look(
  { broker }: DryRunParts,
  tenant: string,
  { selection, q }: Condition,
  id: string,
): Promise<{ readonly entity?: unknown; readonly hindrance?: string }> {
  const { type, idPattern } = selection;
  const request = { tenant, context: contextFor(type), correlationId: randomUUID() };
  const retrieved = await reach(broker.retrieve(id, request));
  if (retrieved.status === 404 || isUnknownTenant(retrieved))
    return { hindrance: `the broker has no Entity ${id}` };
  if (retrieved.status !== 200) throw new BrokerDown(describe(retrieved), retrieved.retryAfter);
  const entity = retrieved.body;
  if (selection.id !== undefined && selection.id !== id)
    return { entity, hindrance: `the rule looks at ${selection.id} only` };
  const parameters = {
    type,
    id,
    ...(idPattern === undefined ? {} : { idPattern }),
    ...(q === undefined ? {} : { q }),
  };
  const found = await reach(broker.query(parameters, request));
  if (found.status === 400) return { entity, hindrance: `the condition is refused: ${describe(found)}` };
  if (found.status !== 200) throw new BrokerDown(describe(found), found.retryAfter);
  if (Array.isArray(found.body) && found.body.length > 0) return { entity };
  return { entity, hindrance: `${id} does not fulfil the condition now` };
}

async function warningsOf(
  { registry, catalogue }: DryRunParts,
  commands: readonly PlannedCommand[],
): Promise<readonly string[]> {
  if (commands.length === 0)
    return ['no Entity gets a command: the group has no device, or the Relationship is not there'];
  const warnings = new Set<string>();
  for (const { tenant, entityId, command } of commands) {
    const devices = await registry.devicesByEntityName(tenant, [entityId]);
    const takers = await Promise.all(
      devices.map(async (record) => {
        const { apikey, model } = record.settings;
        const group = apikey === undefined ? undefined : await registry.groupByApikey(apikey);
        return commandsOf(record, group, model === undefined ? undefined : catalogue.findModel(model)).has(
          command,
        );
      }),
    );
    if (!takers.includes(true)) warnings.add(`no device of this agent takes ${command} for ${entityId}`);
  }
  return [...warnings];
}
