import express, { type Express, type Request, type RequestHandler } from 'express';
import { operations } from '../../runtime/operations.ts';
import { answerErrors } from './answer-errors.ts';
import { codecRoutes } from './codec-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { commandTrialRoutes } from './command-trial-routes.ts';
import type { ConfigServer } from './config-api.ts';
import { connectionRoutes } from './connection-routes.ts';
import { correlate } from './correlate.ts';
import { cors } from './cors.ts';
import { deviceChangeRoutes } from './device-change-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { exportRoutes } from './export-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { importRoutes } from './import-routes.ts';
import { informationRoutes } from './information-routes.ts';
import { logLevelRoutes } from './log-level-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { notifyRoutes } from './notify-routes.ts';
import { collections, methodsAt } from './openapi/operations.ts';
import { openApiRoutes } from './openapi-routes.ts';
import { pendingRoutes } from './pending-routes.ts';
import { presetRoutes } from './preset-routes.ts';
import { provisioningRuleRoutes } from './provisioning-rule-routes.ts';
import { quarantineRoutes } from './quarantine-routes.ts';
import { Refusal } from './refusal.ts';
import { replayRoutes } from './replay-routes.ts';
import { ruleRoutes } from './rule-routes.ts';
import { syncRoutes } from './sync-routes.ts';
import { trialRoutes } from './trial-routes.ts';

/** The configuration API of FIWARE's agents, with what operators ask. */
export function createApp(server: ConfigServer): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(correlate(server.log), cors(server.corsPolicy));
  app.use(notifyRoutes(server), openApiRoutes());
  app.use(['/iot', '/admin', '/metrics', '/version'], server.requireKey);
  app.use(operations({ name: 'carillon-iot-agent', health: server.health, metrics: server.metrics }));
  app.use(codecRoutes(server));
  app.use(importRoutes(server), exportRoutes(server));
  app.use(jsonOnly, express.json({ limit: server.maxBodySize, strict: false, type: jsonTypes }));
  app.use(pendingRoutes(server), provisioningRuleRoutes(server));
  app.use(deviceRoutes(server), deviceChangeRoutes(server), groupRoutes(server), informationRoutes(server));
  app.use(commandRoutes(server), connectionRoutes(server), ruleRoutes(server));
  app.use(messageRoutes(server), quarantineRoutes(server), replayRoutes(server), logLevelRoutes(server.log));
  app.use(presetRoutes(), trialRoutes(server), commandTrialRoutes(server), syncRoutes(server));
  app.use(notFound);
  app.use(answerErrors(server.log));
  return app;
}

const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const jsonTypes = ['application/json', 'application/merge-patch+json'];

/** Pages of other origins may send any other type without asking first. */
const jsonOnly: RequestHandler = (request, _response, next) => {
  if (!methodsWithBody.has(request.method) || request.is(jsonTypes) || isOrder(request)) return next();
  throw new Refusal(
    'UNSUPPORTED_MEDIA_TYPE',
    `The body must be JSON, with the header Content-Type: application/json; it is ${request.get('content-type') ?? 'not there'}`,
  );
};

/** Without a body, and not of a page: those say where they come from. */
function isOrder({ headers }: Request): boolean {
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  return isEmpty && headers.origin === undefined;
}

const notFound: RequestHandler = (request, response) => {
  const allowed = methodsAt(request.path.replace(/\/$/, ''));
  if (allowed === undefined)
    throw new Refusal(
      'NOT_FOUND',
      `There is nothing at ${request.path}: see ${collections.join(', ')}, or GET /openapi.json`,
    );
  response.set('Allow', allowed);
  throw new Refusal(
    'METHOD_NOT_ALLOWED',
    `${request.method} is not possible at ${request.path}: use ${allowed}`,
  );
};
