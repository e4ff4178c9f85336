import type { Metrics } from '../runtime/metrics.ts';
import { boundedLabel } from './bounded-label.ts';
import { type CommandMetrics, commandMetrics } from './commands/command-metrics.ts';
import type { SettledItem } from './delivery/settle-batch.ts';
import type { Incoming } from './measurement.ts';
import type { Device } from './registry/device.ts';
import { type RuleMetrics, ruleMetrics } from './rules/rule-metrics.ts';
import type { ReceivedResult } from './transports/take.ts';

/** What the agent counts. */
export interface AgentMetrics extends CommandMetrics, RuleMetrics {
  /** A message came by a transport. */
  received(source: string, result: ReceivedResult): void;
  /** Something left the spool. */
  settled(item: SettledItem): void;
  brokerError(kind: 'down' | 'refused' | 'failed' | 'no-history'): void;
  /** Items put aside that were dropped because one sender had too many. */
  dropped(items: number): void;
  /** Seconds from reading a batch to its settlement. */
  batch(seconds: number): void;
}

/** Most values of a label that others than the program's authors choose. */
const most = { models: 200, tenants: 100, attributes: 200 } as const;

/** Creates the counters. */
export function agentMetrics(metrics: Metrics): AgentMetrics {
  const received = metrics.counter({
    name: 'carillon_agent_messages_total',
    help: 'Messages that devices and network servers sent, by source and what became of them',
    labels: ['source', 'result'],
  });
  const errors = metrics.counter({
    name: 'carillon_agent_broker_errors_total',
    help: 'Requests or entities that the broker did not take',
    labels: ['kind'],
  });
  const dropped = metrics.counter({
    name: 'carillon_agent_dropped_total',
    help: 'Put-aside items that were dropped because one sender had too many',
  });
  const batches = metrics.histogram({
    name: 'carillon_agent_batch_seconds',
    help: 'Time from reading a batch from the spool until it is settled',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  return {
    ...commandMetrics(metrics),
    ...ruleMetrics(metrics),
    received: (source, result) => received.inc({ source, result }),
    settled: settledCounters(metrics),
    brokerError: (kind) => errors.inc({ kind }),
    dropped: (items) => dropped.inc(items),
    batch: (seconds) => batches.observe(seconds),
  };
}

function settledCounters(metrics: Metrics): AgentMetrics['settled'] {
  const settled = metrics.counter({
    name: 'carillon_agent_uplinks_total',
    help: 'Uplinks, measures and events that left the spool, by sender and result',
    labels: ['server', 'result'],
  });
  const byModel = metrics.counter({
    name: 'carillon_agent_model_uplinks_total',
    help: 'Those of registered devices, by device model and result; undecodable ones are decoding errors',
    labels: ['model', 'result'],
  });
  const byTenant = metrics.counter({
    name: 'carillon_agent_tenant_uplinks_total',
    help: 'Those of registered devices, by tenant and result',
    labels: ['tenant', 'result'],
  });
  const quarantined = metrics.counter({
    name: 'carillon_agent_quarantined_total',
    help: 'Entities that were not valid, by device model and Attribute',
    labels: ['model', 'attribute'],
  });
  const modelLabel = boundedLabel(most.models);
  const tenantLabel = boundedLabel(most.tenants);
  const attributeLabel = boundedLabel(most.attributes);
  return ({ incoming, result, device, attribute }) => {
    settled.inc({ server: serverOf(incoming), result });
    if (device === undefined) return;
    const model = modelLabel(modelOf(device));
    byModel.inc({ model, result });
    byTenant.inc({ tenant: tenantLabel(device.tenant), result });
    if (attribute !== undefined) quarantined.inc({ model, attribute: attributeLabel(attribute) });
  };
}

/** Devices without a model of the catalogue are told apart by what they feed. */
function modelOf({ model, entityType }: Device): string {
  return model ?? entityType;
}

function serverOf(incoming: Incoming): string {
  return 'server' in incoming ? incoming.server : 'iot-agent-json';
}
