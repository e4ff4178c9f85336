import { createServer } from 'node:http';
import { apiKeyCheck } from '../runtime/api-keys.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { corsPolicy } from '../runtime/cors.ts';
import { expressConstructors } from '../runtime/express-constructors.ts';
import { createHealth } from '../runtime/health.ts';
import { type Listening, listen } from '../runtime/listen.ts';
import type { Logger } from '../runtime/logger.ts';
import { maskUrl } from '../runtime/mask-secrets.ts';
import { createMetrics } from '../runtime/metrics.ts';
import { type Running, runProgram } from '../runtime/program.ts';
import { refuseOpen } from '../runtime/refuse-open.ts';
import { requireKey } from '../runtime/require-key.ts';
import { describeStore } from '../runtime/store-url.ts';
import { registerChecks, registerGauges } from './agent-gauges.ts';
import { agentMetrics } from './agent-metrics.ts';
import { commandOutlets } from './command-outlets.ts';
import { notifySecretOf } from './commands/broker-resources.ts';
import { type AgentSettings, agentSettings } from './config.ts';
import { type Connections, openConnections } from './connections/connections.ts';
import { secretBox } from './connections/secret-box.ts';
import { loadCatalogue } from './devices/catalogue.ts';
import { createApp } from './http/app.ts';
import type { ConfigApi, ConfigServer } from './http/config-api.ts';
import { openStores } from './open-stores.ts';
import { openWays } from './open-ways.ts';
import { startPipeline } from './pipeline.ts';
import type { Registry } from './registry/registry.ts';
import { secretCheck } from './transports/secret-check.ts';

/** Milliseconds for answers that are being made when the program stops. */
const graceMs = 1000;

await runProgram({
  name: 'carillon-iot-agent',
  settings: agentSettings,
  start: (settings, log) => {
    refuseOpen({
      host: settings.host,
      isProtected: settings.apiKeys.length > 0,
      allowOpen: settings.allowOpen,
    });
    return startAgent(settings, log);
  },
});

async function startAgent(settings: AgentSettings, log: Logger): Promise<Running> {
  const clock = systemClock();
  const metrics = createMetrics();
  const health = createHealth();
  const catalogue = await loadCatalogue();
  const stores = await openStores(settings, clock);
  const counters = agentMetrics(metrics);
  const { registry } = stores;
  const connections = connectionsOf(settings, registry, clock, log);
  const { apiOf } = connections;
  const pipeline = startPipeline({ settings, stores, catalogue, metrics: counters, clock, log, apiOf });
  const { spool, ring, deviceLog, codecs, commands, rules, forgetDevices } = pipeline;
  const ways = openWays({ settings, stores, pipeline, connections, metrics: counters, clock, log });
  const { changed, transports } = ways;
  const observed = {
    ...{ registry, spool, commands },
    spoolLimit: settings.spoolLimit,
    clock,
    transports,
    connections,
  };
  registerGauges(metrics, observed);
  registerChecks(health, observed);
  const api = {
    ...{ registry, catalogue, codecs, spool, ring, deviceLog },
    ...{ commands, connections, rules, changed, forgetDevices },
  };
  const secret = settings.notifySecret ?? (await registry.secret());
  const isNotifySecret = (given: string, tenant: string) =>
    secretCheck(notifySecretOf(secret, tenant))(given);
  const listening = await serveConfigApi(settings, { ...api, health, metrics, clock, isNotifySecret, log });
  await ways.start();
  const outlets = commandOutlets(settings, ways.publisher, { port: listening.port, secret });
  commands.start(outlets);
  rules.start();
  log.info(
    { port: listening.port, store: describeStore(settings.storeUrl), broker: maskUrl(settings.brokerUrl) },
    'the configuration API listens, and what devices send goes to the broker',
  );
  return {
    stop: async () => {
      await Promise.all([listening.close(graceMs), ways.stop()]);
      await Promise.all([pipeline.stop(), outlets.close(graceMs)]);
      await stores.close();
    },
  };
}

function connectionsOf(settings: AgentSettings, registry: Registry, clock: Clock, log: Logger): Connections {
  const { secretKey, mqttClientId: agentId } = settings;
  return openConnections({ registry, box: secretBox(secretKey), agentId, now: clock.now, log });
}

async function serveConfigApi(
  settings: AgentSettings,
  parts: ConfigApi & Pick<ConfigServer, 'clock' | 'health' | 'isNotifySecret' | 'metrics' | 'log'>,
): Promise<Listening> {
  const app = createApp({
    ...parts,
    requireKey: requireKey(apiKeyCheck(settings.apiKeys)),
    corsPolicy: corsPolicy({
      origins: settings.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposed: ['ETag', 'Import-Result', 'Warning', 'X-Correlation-Id'],
    }),
    maxBodySize: settings.maxBodySize,
    maxAhead: settings.maxAhead * 1000,
    pendingLimit: settings.pendingLimit,
  });
  const { host, port } = settings;
  return listen(createServer(expressConstructors(app), app), { host, port, variable: 'AGENT_PORT' });
}
