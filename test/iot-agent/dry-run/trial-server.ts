import { afterAll } from '@jest/globals';
import express, { type Express } from 'express';
import { agentSettings } from '../../../iot-agent/config.ts';
import { loadCatalogue } from '../../../iot-agent/devices/catalogue.ts';
import { answerErrors } from '../../../iot-agent/http/answer-errors.ts';
import { commandTrialRoutes } from '../../../iot-agent/http/command-trial-routes.ts';
import { trialRoutes } from '../../../iot-agent/http/trial-routes.ts';
import { openStores } from '../../../iot-agent/open-stores.ts';
import type { Registry } from '../../../iot-agent/registry/registry.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { readSettings } from '../../../runtime/config.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { runningCodecs } from '../codecs/running-codecs.ts';

/** The dry runs alone, in front of a registry in memory. */
export interface TrialServer {
  readonly app: Express;
  readonly registry: Registry;
}

/** One that ends after the tests of the file. */
export async function trialServer(): Promise<TrialServer> {
  const clock = systemClock();
  const stores = await openStores(
    readSettings(agentSettings, { AGENT_STORE_URL: 'sqlite::memory:', BROKER_URL: 'http://127.0.0.1:9' }),
    clock,
  );
  afterAll(() => stores.close());
  const { registry } = stores;
  const app = express();
  app.use(express.json({ limit: 2_000_000, strict: false }));
  const parts = { registry, clock, catalogue: await loadCatalogue(), codecs: runningCodecs() };
  app.use(trialRoutes({ ...parts, maxAhead: 60_000_000 }), commandTrialRoutes(parts));
  app.use(answerErrors(createLogger({ name: 'test', level: 'silent' })));
  return { app, registry };
}
