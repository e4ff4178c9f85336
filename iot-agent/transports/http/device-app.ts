import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { TransportParts } from '../take.ts';
import { ownResource } from './own-resource.ts';
import { plainPaths, plainRoutes } from './plain-routes.ts';
import { Problem, sendProblem } from './problem.ts';
import { type WebhookSecrets, webhookPaths, webhooks } from './webhooks.ts';

/** Everything that devices and network servers reach by HTTP; refusals are ProblemDetails. */
export function deviceApp(secrets: WebhookSecrets, parts: TransportParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(webhooks(secrets, parts));
  app.use(plainRoutes(parts));
  app.all([...webhookPaths], refuseMethod('POST'));
  for (const [path, methods] of plainPaths) app.all(path, refuseMethod(methods));
  // Only what has no other place asks for it: the paths above cost no look at the groups.
  app.use(ownResource(parts), plainRoutes(parts));
  app.use(({ path }: Request) => {
    throw new Problem(404, `${path.slice(0, 200)} is no path of devices or webhooks.`);
  });
  app.use(errorHandler(parts));
  return app;
}

function refuseMethod(allowed: string): RequestHandler {
  return ({ method }) => {
    throw new Problem(405, `${method} is not allowed here: use ${allowed}.`, { Allow: allowed });
  };
}

function errorHandler({ log }: TransportParts): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = error instanceof Problem ? error : bodyProblem(error);
    if (problem === undefined) log.error({ err: error }, 'a request of a device failed');
    sendProblem(response, problem ?? new Problem(500, 'The agent failed; its log tells why.'));
  };
}

/** What Express and its body reader refuse by themselves; `undefined` for a fault of ours. */
function bodyProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status, message } = error;
  if (status === 413) return new Problem(413, 'The body is larger than DEVICE_MAX_MESSAGE_SIZE allows.');
  if (status === 415) return new Problem(415, `The body cannot be read: ${message}.`);
  return status === 400 ? new Problem(400, `The request cannot be read: ${message}.`) : undefined;
}
