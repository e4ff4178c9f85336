import { describe, expect, it } from '@jest/globals';
import { registerChecks, registerGauges } from '../../iot-agent/agent-gauges.ts';
import type { CauseName } from '../../iot-agent/spool/causes.ts';
import { fakeClock } from '../../runtime/clock.ts';
import { createHealth } from '../../runtime/health.ts';
import { createMetrics } from '../../runtime/metrics.ts';

const connecting = {
  state: 'connecting',
  since: 0,
  messages: 3,
  lastError: { at: 0, reason: 'it refuses the login' },
} as const;

function observed(state: { depth?: number; isRegistryAway?: boolean; isMqttReady?: boolean } = {}) {
  const { depth = 2, isRegistryAway = false, isMqttReady = true } = state;
  const aside = new Map<CauseName, number>([['incomplete', 3]]);
  return {
    aside,
    registry: {
      check: async () => {
        if (isRegistryAway) throw new Error('MongoDB is away');
      },
    },
    spool: { depth: () => depth, aside: () => aside, oldestAt: () => 4_000_000 },
    commands: { counts: async () => new Map([['PENDING', 4]] as const) },
    clock: fakeClock(9_000_000),
    spoolLimit: 10,
    connections: { statuses: () => [['lns', connecting] as const] },
    transports: [
      { name: 'http', isReady: () => true },
      { name: 'mqtt', isReady: () => isMqttReady },
    ],
  };
}

async function readinessOf(state: Parameters<typeof observed>[0]) {
  const health = createHealth();
  registerChecks(health, observed(state));
  return health.ready();
}

describe('the gauges of the agent', () => {
  it('tell what waits and by which ways messages can arrive, at each scrape', async () => {
    const metrics = createMetrics({ withDefaults: false });
    const state = observed({ isMqttReady: false });
    registerGauges(metrics, state);
    const text = await metrics.text();
    for (const line of [
      'carillon_agent_spool_items 2',
      'carillon_agent_lag_seconds 5',
      'carillon_agent_quarantined_items 0',
      'carillon_agent_aside_items{cause="incomplete"} 3',
      'carillon_agent_transport_ready{transport="http"} 1',
      'carillon_agent_transport_ready{transport="mqtt"} 0',
    ])
      expect(text).toContain(line);
    state.aside.clear();
    state.aside.set('broker', 1);
    const later = await metrics.text();
    expect(later).toContain('carillon_agent_aside_items{cause="broker"} 1');
    expect(later).not.toContain('incomplete');
  });
});

describe('the readiness of the agent', () => {
  it('shows an MQTT broker that is away, and does not depend on it', async () => {
    expect(await readinessOf({ isMqttReady: false })).toEqual({
      ready: true,
      checks: {
        ...{ registry: 'ok', spool: 'ok', http: 'connected', mqtt: 'not connected' },
        connections: 'lns: connecting, it refuses the login',
      },
    });
  });

  it('ends when the registry is away or the spool is full', async () => {
    expect(await readinessOf({ isRegistryAway: true })).toMatchObject({
      ready: false,
      checks: { registry: 'MongoDB is away' },
    });
    expect(await readinessOf({ depth: 10 })).toMatchObject({ ready: false });
  });
});
