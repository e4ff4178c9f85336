import { type Request, Router } from 'express';
import { type Command, type CommandState, commandStates } from '../commands/command.ts';
import { formatDateTime } from '../date-time.ts';
import type { ConfigApi } from './config-api.ts';
import { existingDevice } from './existing-device.ts';
import { ownerOf } from './owner.ts';
import { pageOf, parameter } from './query.ts';
import { Refusal } from './refusal.ts';

/** Commands and how far they have come: `/iot/commands`, and those of one device. */
export function commandRoutes({ commands, registry }: Pick<ConfigApi, 'commands' | 'registry'>): Router {
  const router = Router();
  const list = async (request: Request, deviceId: string | undefined) => {
    const state = stateOf(request);
    const { count, commands: found } = await commands.list({
      tenant: ownerOf(request.headers).tenant,
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(state === undefined ? {} : { state }),
      ...pageOf(request),
    });
    return { count, commands: found.map(presentCommand) };
  };
  router.get('/iot/commands', async (request, response) => {
    response.json(await list(request, parameter(request, 'device')));
  });
  router.get('/iot/devices/:id/commands', async (request, response) => {
    const { settings } = await existingDevice(registry, request);
    response.json(await list(request, settings.device_id));
  });
  router.get('/iot/commands/:id', async (request, response) => {
    const command = await commands.get(String(request.params['id']));
    if (command === undefined || command.tenant !== ownerOf(request.headers).tenant) throw unknown(request);
    response.json(presentCommand(command));
  });
  router.delete('/iot/commands/:id', async (request, response) => {
    const { tenant } = ownerOf(request.headers);
    const ending = await commands.cancel(tenant, String(request.params['id']));
    if (ending === 'unknown') throw unknown(request);
    if (ending !== 'cancelled') throw tooLate(ending.tooLate);
    response.status(204).end();
  });
  return router;
}

function stateOf(request: Request): CommandState | undefined {
  const text = parameter(request, 'state');
  if (text === undefined) return undefined;
  const state = commandStates.find((name) => name === text.toUpperCase());
  if (state !== undefined) return state;
  throw new Refusal('WRONG_SYNTAX', `The parameter state must be one of ${commandStates.join(', ')}`);
}

function unknown(request: Request): Refusal {
  return new Refusal(
    'COMMAND_NOT_FOUND',
    `No command was found with id: ${request.params['id']}. GET /iot/commands lists those of this tenant`,
  );
}

function tooLate({ id, state }: Command): Refusal {
  return new Refusal(
    'COMMAND_NOT_WAITING',
    `Command ${id} is ${state}: only what waits here, or in a queue that can be emptied, can be cancelled`,
  );
}

function presentCommand(command: Command) {
  const { id, deviceId, entityId, entityType, name, value, state, attempts, info } = command;
  return {
    ...{ id, device_id: deviceId, entity_name: entityId, entity_type: entityType, name, value, state },
    created: formatDateTime(command.created),
    changed: formatDateTime(command.changed),
    expires: formatDateTime(command.expires),
    attempts,
    ...(info === undefined ? {} : { info }),
  };
}
