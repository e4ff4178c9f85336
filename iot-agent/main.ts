import { createServer } from 'node:http';
import { apiKeyCheck } from '../runtime/api-keys.ts';
import { systemClock } from '../runtime/clock.ts';
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
import { type AgentSettings, agentSettings } from './config.ts';
import { loadCatalogue } from './devices/catalogue.ts';
import { createApp } from './http/app.ts';
import type { ConfigApi, ConfigServer } from './http/config-api.ts';
import { openStores } from './open-stores.ts';
import { openTransports, publisherOf } from './open-transports.ts';
import { startPipeline } from './pipeline.ts';
import { plainDevices } from './plain-devices.ts';
import { type KnownGroups, knownGroups } from './registry/known-groups.ts';
import type { Registry } from './registry/registry.ts';
import { secretCheck } from './transports/secret-check.ts';
import type { Transport } from './transports/transport.ts';

/** Milliseconds for answers that are being made when the program stops. */
const graceMs = 1000;
/** Groups that transports remember at most. */
const mostGroups = 10_000;

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
  const pipeline = startPipeline({ settings, stores, catalogue, metrics: counters, clock, log });
  const { spool, ring, deviceLog, codecs, commands, forgetDevice } = pipeline;
  const { registry } = stores;
  const { groups, changed } = rememberGroups(registry, pipeline);
  const transports = openTransports(settings, {
    receive: spool.add,
    addMalformed: spool.addMalformed,
    metrics: counters,
    plain: plainDevices(groups, commands),
    clock,
    log,
    maxMessageSize: settings.maxMessageSize,
  });
  const observed = { registry, spool, commands, spoolLimit: settings.spoolLimit, clock, transports };
  registerGauges(metrics, observed);
  registerChecks(health, observed);
  const api = { registry, catalogue, codecs, spool, ring, deviceLog, commands, changed, forgetDevice };
  const secret = settings.notifySecret ?? (await registry.secret());
  const isNotifySecret = secretCheck(secret);
  const listening = await serveConfigApi(settings, { ...api, health, metrics, clock, isNotifySecret, log });
  await Promise.all(transports.map((transport) => transport.start()));
  const outlets = commandOutlets(settings, publisherOf(transports), { port: listening.port, secret });
  commands.start(outlets);
  log.info(
    { port: listening.port, store: describeStore(settings.storeUrl), broker: maskUrl(settings.brokerUrl) },
    'the configuration API listens, and what devices send goes to the broker',
  );
  return {
    stop: async () => {
      await Promise.all([
        listening.close(graceMs),
        ...transports.map((transport) => stopOrTell(transport, log)),
      ]);
      await Promise.all([pipeline.stop(), outlets.close(graceMs)]);
      await stores.close();
    },
  };
}

/** Groups in memory, which every change of the registry makes forget. */
function rememberGroups(
  registry: Registry,
  pipeline: Pick<ConfigApi, 'changed'>,
): Pick<ConfigApi, 'changed'> & { readonly groups: KnownGroups } {
  const groups = knownGroups(registry, mostGroups);
  registry.onForeignChange(groups.forget);
  return {
    groups,
    changed: (fits) => {
      groups.forget();
      pipeline.changed(fits);
    },
  };
}

/** One way in that cannot be closed in good order must not keep the batch under way from being finished. */
async function stopOrTell(transport: Transport, log: Logger): Promise<void> {
  await transport.stop().catch((error: unknown) => {
    log.error({ err: error, transport: transport.name }, 'a transport did not stop in good order');
  });
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
      exposed: ['ETag', 'Warning', 'X-Correlation-Id'],
    }),
    maxBodySize: settings.maxBodySize,
  });
  const { host, port } = settings;
  return listen(createServer(expressConstructors(app), app), { host, port, variable: 'AGENT_PORT' });
}
