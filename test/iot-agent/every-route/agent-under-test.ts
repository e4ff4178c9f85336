import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { agentMetrics } from '../../../iot-agent/agent-metrics.ts';
import { createApp } from '../../../iot-agent/http/app.ts';
import { plainDevices } from '../../../iot-agent/plain-devices.ts';
import { knownGroups } from '../../../iot-agent/registry/known-groups.ts';
import { embeddedBroker } from '../../../iot-agent/transports/embedded-broker.ts';
import { deviceApp } from '../../../iot-agent/transports/http/device-app.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { corsPolicy } from '../../../runtime/cors.ts';
import { expressConstructors } from '../../../runtime/express-constructors.ts';
import { createHealth } from '../../../runtime/health.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { createMetrics } from '../../../runtime/metrics.ts';
import { closedConnections } from '../http/closed-connections.ts';
import { type RunningPipeline, runPipeline } from '../running-pipeline.ts';

/** All of the agent in this process: its ports, and what is between them and the broker. */
export interface AgentUnderTest {
  readonly configUrl: string;
  readonly deviceUrl: string;
  readonly mqttUrl: string;
  readonly pipeline: RunningPipeline;
  /** Lines that it logged as errors. */
  readonly errors: readonly string[];
  /** Closes the ports; the pipeline ends with the test. */
  stop(): Promise<void>;
}

/** Starts one in front of that broker, with its registry and spool in the file. */
export async function agentUnderTest(brokerUrl: string, file: string): Promise<AgentUnderTest> {
  const errors: string[] = [];
  const destination = { write: (line: string) => void errors.push(line) };
  const log = createLogger({ name: 'test', level: 'error', destination });
  const clock = systemClock();
  const pipeline = await runPipeline(brokerUrl, { AGENT_STORE_URL: `sqlite:${file}` }, clock, log);
  const { registry, catalogue, codecs, spool, ring, deviceLog, changed, forgetDevices } = pipeline;
  const metrics = createMetrics({ withDefaults: false });
  const config = createApp({
    ...{ registry, catalogue, codecs, spool, ring, deviceLog, changed, forgetDevices, metrics, log },
    commands: pipeline.commands,
    rules: pipeline.rules,
    connections: closedConnections(registry, log),
    isNotifySecret: (given) => given === 'notify-secret',
    clock: systemClock(),
    health: createHealth(),
    requireKey: (_request, _response, next) => next(),
    corsPolicy: corsPolicy({ origins: [], methods: [], exposed: [] }),
    maxBodySize: 100_000,
    maxAhead: 60_000_000,
    pendingLimit: 1000,
  });
  const parts = {
    ...{ receive: spool.add, addMalformed: spool.addMalformed, clock, log, maxMessageSize: 100_000 },
    metrics: agentMetrics(createMetrics({ withDefaults: false })),
    lastContents: { isLast: () => false, note: () => {} },
    sessionFilters: { of: () => [], note: async () => {} },
    plain: plainDevices(knownGroups(registry, 100), pipeline.commands),
  };
  const devices = deviceApp({ webhookSecret: undefined, actilityTunnelKey: undefined }, parts);
  const servers = [
    createServer(expressConstructors(config), config),
    createServer(expressConstructors(devices), devices),
  ];
  const [configUrl = '', deviceUrl = ''] = await Promise.all(servers.map(listen));
  const mqtt = embeddedBroker(
    {
      host: '127.0.0.1',
      port: 0,
      user: undefined,
      password: undefined,
      allowOpen: false,
      maxConnections: 50,
    },
    parts,
  );
  await mqtt.start();
  return {
    ...{ configUrl, deviceUrl, pipeline, errors },
    mqttUrl: `mqtt://127.0.0.1:${mqtt.port()}`,
    stop: async () => {
      await mqtt.stop();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
