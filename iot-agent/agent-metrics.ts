import type { Metrics } from '../runtime/metrics.ts';
import type { Incoming } from './measurement.ts';

/** What the agent counts. */
export interface AgentMetrics {
  /** A message came by a transport. */
  received(source: string, result: 'spooled' | 'ignored' | 'malformed' | 'refused'): void;
  /** Something from the spool was settled: `sent`, `late`, `duplicate`, `nothing` or the name of a cause. */
  settled(incoming: Incoming, result: string): void;
  brokerError(kind: 'down' | 'refused' | 'failed' | 'no-history'): void;
  /** Items put aside that were dropped because one sender had too many. */
  dropped(items: number): void;
  /** Seconds from reading a batch to its settlement. */
  batch(seconds: number): void;
}

/** Creates the counters. */
export function agentMetrics(metrics: Metrics): AgentMetrics {
  const received = metrics.counter({
    name: 'carillon_agent_messages_total',
    help: 'Messages that devices and network servers sent, by source and what became of them',
    labels: ['source', 'result'],
  });
  const settled = metrics.counter({
    name: 'carillon_agent_uplinks_total',
    help: 'Uplinks, measures and events that left the spool, by sender and result',
    labels: ['server', 'result'],
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
    received: (source, result) => received.inc({ source, result }),
    settled: (incoming, result) => settled.inc({ server: serverOf(incoming), result }),
    brokerError: (kind) => errors.inc({ kind }),
    dropped: (items) => dropped.inc(items),
    batch: (seconds) => batches.observe(seconds),
  };
}

function serverOf(incoming: Incoming): string {
  return 'server' in incoming ? incoming.server : 'iot-agent-json';
}
