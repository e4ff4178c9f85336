import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, Router } from 'express';
import { notifyPath } from '../commands/broker-resources.ts';
import { NotNow } from '../commands/command-error.ts';
import {
  changesOfEntity,
  NotificationError,
  type ParsedNotification,
  parseNotification,
} from '../commands/parse-notification.ts';
import type { ConfigServer } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { parameter } from './query.ts';
import { Refusal } from './refusal.ts';

/** What the endpoints of brokers work with. */
type NotifyServer = Pick<ConfigServer, 'commands' | 'rules' | 'isNotifySecret' | 'maxBodySize' | 'clock'>;

/**
 * Where brokers tell of commands, by the secret in the path: notifications of the agent's subscriptions, and the updates that they
 * forward to it as a Context Source (clauses 6.6.3.2 and 6.6.3.1). Answered when the commands are on disk.
 */
export function notifyRoutes(server: NotifyServer): Router {
  const router = Router();
  const json = express.json({
    limit: server.maxBodySize,
    type: ['application/json', 'application/ld+json', 'application/merge-patch+json'],
  });
  const root = `${notifyPath}/:secret`;
  const guards = [requireSecret(server), json];
  router.post(root, ...guards, async (request, response) => {
    await server.commands.accept(
      tenantOf(request),
      parsed(() => parseNotification(request.body)),
    );
    response.status(204).end();
  });
  router.post(`${root}/configuration/:subscription`, ...guards, async (request, response) => {
    const id = String(request.params['subscription']);
    const notification = parsed(() => parseNotification(request.body));
    const isTold = await server.commands.configuration
      .tell(tenantOf(request), id, notification)
      .catch((error: unknown) => {
        throw error instanceof NotNow ? new Refusal('UNAVAILABLE', error.message) : error;
      });
    if (!isTold) throw new Refusal('NOT_FOUND', 'No device wants to hear of this any more');
    response.status(204).end();
  });
  router.post(`${root}/rules/:name`, ...guards, tellRule(server));
  const forwarded = `${root}/ngsi-ld/v1/entities/:id/attrs`;
  const update: RequestHandler = async (request, response) => {
    const id = String(request.params['id']);
    const changes = parsed(() => changesOfEntity({ ...membersOf(request), id }));
    const now = server.clock.now();
    // All of it is meant, and now.
    const notification: ParsedNotification = {
      id: randomUUID(),
      changes: changes.map((change) => ({ ...change, changedAt: now })),
    };
    const { commands } = await server.commands.accept(tenantOf(request), notification);
    if (commands === 0) throw new Refusal('NOT_FOUND', `No device has any of these commands of ${id}`);
    response.status(204).end();
  };
  router.post(forwarded, ...guards, update);
  router.patch(forwarded, ...guards, update);
  return router;
}

function tellRule({ rules }: NotifyServer): RequestHandler {
  return async (request, response) => {
    const name = String(request.params['name']);
    const isKnown = await rules.accept(tenantOf(request), name, request.body).catch(refuseNotification);
    if (!isKnown) throw new Refusal('NOT_FOUND', `There is no rule ${name} any more`);
    response.status(204).end();
  };
}

function requireSecret({ isNotifySecret }: NotifyServer): RequestHandler {
  return (request, _response, next) => {
    if (!isNotifySecret(String(request.params['secret']), tenantOf(request)))
      throw new Refusal('NOT_FOUND', 'There is nothing at this path of brokers: it ends in a secret');
    next();
  };
}

/** Of the query, which the agent itself put into the subscription, else of the header. */
function tenantOf(request: Request): string {
  return parameter(request, 'tenant') ?? ownerOf(request.headers).tenant;
}

function membersOf({ body }: Request): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new Refusal('WRONG_SYNTAX', 'The body must be a JSON object of Attributes');
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    return refuseNotification(error);
  }
}

function refuseNotification(error: unknown): never {
  if (error instanceof NotificationError) throw new Refusal('WRONG_SYNTAX', error.message);
  throw error;
}
