import express, { type Express, type RequestHandler } from 'express';
import { operations } from '../../runtime/operations.ts';
import { answerErrors } from './answer-errors.ts';
import type { ConfigServer } from './config-api.ts';
import { correlate } from './correlate.ts';
import { cors } from './cors.ts';
import { deviceRoutes } from './device-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { informationRoutes } from './information-routes.ts';
import { Refusal } from './refusal.ts';

/** The configuration API of FIWARE's agents, with what operators ask. */
export function createApp(server: ConfigServer): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(correlate(server.log), cors(server.corsPolicy));
  app.use(['/iot', '/metrics', '/version'], server.requireKey);
  app.use(operations({ name: 'carillon-iot-agent', health: server.health, metrics: server.metrics }));
  app.use(jsonOnly, express.json({ limit: server.maxBodySize, strict: false }));
  app.use(deviceRoutes(server), groupRoutes(server), informationRoutes(server));
  app.use(notFound);
  app.use(answerErrors(server.log));
  return app;
}

/** Pages of other origins may send any other type without asking first. */
const jsonOnly: RequestHandler = (request, _response, next) => {
  const hasBody = request.method === 'POST' || request.method === 'PUT';
  if (!hasBody || request.is('application/json')) return next();
  throw new Refusal(
    'UNSUPPORTED_MEDIA_TYPE',
    `The body must be JSON, with the header Content-Type: application/json; it is ${request.get('content-type') ?? 'not there'}`,
  );
};

const resources: ReadonlyMap<string, string> = new Map([
  ['/iot/devices', 'GET, POST'],
  ['/iot/groups', 'GET, POST, PUT, DELETE'],
  ['/iot/services', 'GET, POST, PUT, DELETE'],
  ['/iot/models', 'GET'],
  ['/iot/problems', 'GET'],
  ['/iot/about', 'GET'],
]);

const notFound: RequestHandler = (request, response) => {
  const isDevice = /^\/iot\/devices\/[^/]+\/?$/.test(request.path);
  const allowed = isDevice ? 'GET, PUT, DELETE' : resources.get(request.path.replace(/\/$/, ''));
  if (allowed === undefined)
    throw new Refusal(
      'NOT_FOUND',
      `There is nothing at ${request.path}: see ${[...resources.keys()].join(', ')}`,
    );
  response.set('Allow', allowed);
  throw new Refusal(
    'METHOD_NOT_ALLOWED',
    `${request.method} is not possible at ${request.path}: use ${allowed}`,
  );
};
