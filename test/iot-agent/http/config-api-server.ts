import { createServer, type Server } from 'node:http';
import { createApp } from '../../../iot-agent/http/app.ts';
import type { Registry } from '../../../iot-agent/registry/registry.ts';
import { apiKeyCheck, parseApiKey } from '../../../runtime/api-keys.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { corsPolicy } from '../../../runtime/cors.ts';
import { expressConstructors } from '../../../runtime/express-constructors.ts';
import { createHealth } from '../../../runtime/health.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { requireKey } from '../../../runtime/require-key.ts';
import { type RunningPipeline, runPipeline } from '../running-pipeline.ts';
import { closedConnections } from './closed-connections.ts';

/** The configuration API in front of a running pipeline. */
export interface ConfigApiServer {
  readonly server: Server;
  readonly pipeline: RunningPipeline;
}

/** One in this process; `keys` as in API_KEYS, `registry` in the place of the pipeline's. */
export async function configApiServer(
  brokerUrl = 'http://127.0.0.1:9',
  options: { readonly keys?: readonly string[]; readonly registry?: Registry } = {},
): Promise<ConfigApiServer> {
  const pipeline = await runPipeline(brokerUrl);
  const { catalogue, codecs, spool, ring, deviceLog, changed, forgetDevices, metrics } = pipeline;
  const { keys = [], registry = pipeline.registry } = options;
  const app = createApp({
    ...{ registry, catalogue, codecs, spool, ring, deviceLog, changed, forgetDevices, metrics },
    commands: pipeline.commands,
    rules: pipeline.rules,
    connections: closedConnections(registry),
    isNotifySecret: (given) => given === 'notify-secret',
    clock: systemClock(),
    health: createHealth(),
    requireKey: requireKey(apiKeyCheck(keys.map(parseApiKey))),
    corsPolicy: corsPolicy({
      origins: ['https://ui.example'],
      methods: ['GET', 'POST'],
      exposed: ['Warning'],
    }),
    maxBodySize: 100_000,
    maxAhead: 60_000_000,
    pendingLimit: 1000,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  return { server: createServer(expressConstructors(app), app), pipeline };
}
