import type { Clock } from '../runtime/clock.ts';
import type { Health } from '../runtime/health.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Commands } from './commands/commands.ts';
import type { Connections } from './connections/connections.ts';
import type { Registry } from './registry/registry.ts';
import { quarantineCauses } from './spool/causes.ts';
import type { Spool } from './spool/spool.ts';
import type { Transport } from './transports/transport.ts';

/** What is looked at. */
export interface Observed {
  readonly registry: Pick<Registry, 'check'>;
  readonly spool: Pick<Spool, 'depth' | 'aside' | 'oldestAt'>;
  readonly commands: Pick<Commands, 'counts'>;
  readonly clock: Clock;
  readonly spoolLimit: number;
  readonly transports: readonly Pick<Transport, 'name' | 'isReady'>[];
  readonly connections: Pick<Connections, 'statuses'>;
}

/** Gauges of what waits and of the ways in. */
export function registerGauges(metrics: Metrics, observed: Observed): void {
  registerWaiting(metrics, observed);
  registerWaysIn(metrics, observed);
}

function registerWaiting(
  metrics: Metrics,
  { spool, commands, clock }: Pick<Observed, 'spool' | 'commands' | 'clock'>,
): void {
  metrics.gauge({
    name: 'carillon_agent_spool_items',
    help: 'Uplinks, measures and events on their way to the broker',
    collect: spool.depth,
  });
  metrics.gauge({
    name: 'carillon_agent_lag_seconds',
    help: 'Age of the oldest item on its way to the broker; 0 when there is none',
    collect: () => Math.max(0, (clock.now() - (spool.oldestAt() ?? clock.now())) / 1e6),
  });
  metrics.gauge({
    name: 'carillon_agent_quarantined_items',
    help: 'Items that people should look at, listed by GET /iot/quarantine',
    collect: () => quarantineCauses.reduce((sum, cause) => sum + (spool.aside().get(cause) ?? 0), 0),
  });
  metrics.gauge({
    name: 'carillon_agent_aside_items',
    help: 'Items that wait for something or were put aside, by cause',
    labels: ['cause'],
    collect: () => [...spool.aside()].map(([cause, items]) => [{ cause }, items] as const),
  });
  metrics.gauge({
    name: 'carillon_agent_commands',
    help: 'Commands that are kept, by state',
    labels: ['state'],
    collect: async () => {
      // A registry that is away is told of elsewhere.
      const counts = await commands.counts().catch(() => new Map<string, number>());
      return [...counts].map(([state, count]) => [{ state }, count] as const);
    },
  });
}

function registerWaysIn(
  metrics: Metrics,
  { transports, connections }: Pick<Observed, 'transports' | 'connections'>,
): void {
  metrics.gauge({
    name: 'carillon_agent_transport_ready',
    help: '1 while messages can arrive by the transport',
    labels: ['transport'],
    collect: () => [
      ...transports.map(({ name, isReady }) => [{ transport: name }, isReady() ? 1 : 0] as const),
      ...connections
        .statuses()
        .map(([key, { state }]) => [{ transport: `mqtt:${key}` }, state === 'connected' ? 1 : 0] as const),
    ],
  });
  metrics.gauge({
    name: 'carillon_agent_connection_messages',
    help: 'Messages that arrived by each connection since the agent opened it',
    labels: ['connection'],
    collect: () =>
      connections.statuses().map(([connection, { messages }]) => [{ connection }, messages] as const),
  });
}

/** Ready is an agent that can take measures safely; an MQTT broker that is away is shown, and keeps them meanwhile. */
export function registerChecks(
  health: Health,
  { registry, spool, spoolLimit, transports, connections }: Observed,
): void {
  health.register('registry', () => registry.check());
  health.register('spool', () => {
    if (spool.depth() >= spoolLimit) throw new Error('full: the broker takes nothing');
  });
  for (const { name, isReady } of transports)
    health.report(name, () => (isReady() ? 'connected' : 'not connected'));
  health.report('connections', () => connectionsText(connections));
}

/** `air: connected; bins: connecting, the last error was ...`. */
function connectionsText({ statuses }: Observed['connections']): string {
  const texts = statuses().map(([key, { state, lastError }]) => {
    const isWell = state === 'connected' || state === 'disabled' || lastError === undefined;
    return isWell ? `${key}: ${state}` : `${key}: ${state}, ${lastError.reason}`;
  });
  return texts.length === 0 ? 'none' : texts.join('; ');
}
