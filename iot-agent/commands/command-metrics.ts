import type { Metrics } from '../../runtime/metrics.ts';
import type { Command } from './command.ts';

/** What is counted of commands. */
export interface CommandMetrics {
  /** A command came into the state that it has now. */
  command(command: Command): void;
}

/** Creates the counters. */
export function commandMetrics(metrics: Metrics): CommandMetrics {
  const states = metrics.counter({
    name: 'carillon_agent_commands_total',
    help: 'Commands that came into a state',
    labels: ['state'],
  });
  const times = metrics.histogram({
    name: 'carillon_agent_command_seconds',
    help: 'Time from the change of a command attribute until the device has answered or acknowledged it',
    buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400],
  });
  return {
    command: ({ state, created, changed }) => {
      states.inc({ state });
      if (state === 'OK') times.observe((changed - created) / 1e6);
    },
  };
}
