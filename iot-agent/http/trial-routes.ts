import { type Request, type Response, Router } from 'express';
import { type Message, readMessage } from '../dry-run/read-message.ts';
import { nothingTried, type TryOut, tryOut } from '../dry-run/try-out.ts';
import type { Incoming, LorawanUplink } from '../measurement.ts';
import type { Owner } from '../provisioning/draft.ts';
import type { ConfigServer } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { parseTrial, type Trial } from './parse-trial.ts';
import { presentTryOut } from './present-try-out.ts';
import { senderDevice, subjectDevice } from './trial-device.ts';

type TrialServer = Pick<ConfigServer, 'catalogue' | 'clock' | 'codecs' | 'maxAhead' | 'registry'>;

/** `POST /iot/test`: what a payload or a message would become. Nothing is kept, and nothing is sent. */
export function trialRoutes(server: TrialServer): Router {
  const router = Router();
  router.post('/iot/test', async (request: Request, response: Response) => {
    const trial = parseTrial(request.body);
    response.json(presentTryOut(await outcomeOf(server, ownerOf(request.headers), trial)));
  });
  return router;
}

async function outcomeOf(server: TrialServer, owner: Owner, trial: Trial): Promise<TryOut> {
  const { registry, catalogue, codecs, clock, maxAhead } = server;
  const now = trial.receivedAt ?? clock.now();
  const read = trial.payload === undefined ? await readTold(server, owner, trial, now) : undefined;
  if (read?.kind === 'fault') return { ...nothingTried, errors: [read.reason] };
  if (read?.kind === 'ignored') return { ...nothingTried, warnings: [read.reason] };
  const told = read?.incoming ?? [];
  const [first] = told;
  if (read !== undefined && first === undefined)
    return { ...nothingTried, warnings: ['the message holds no measure'] };
  const parts = { registry, catalogue, clock };
  const subject = await subjectDevice(parts, owner, trial, first);
  const device = subject?.device ?? (first && (await senderDevice(parts, owner, first)));
  const incoming = trial.payload === undefined ? told : [uplinkOf(trial.payload, now)];
  if (device === undefined) return nothingTried;
  if ('reason' in device) return { ...nothingTried, decoded: decodedBy(first), errors: [device.reason] };
  return tryOut({ catalogue, codecs, now, maxAhead }, device, incoming);
}

async function readTold({ registry }: TrialServer, owner: Owner, trial: Trial, at: number) {
  const { message: content, server, event } = trial;
  return readMessage({ content, server, event, at, sender: await senderOf(registry, owner, trial) });
}

/** Who sends it, where it is a message of a plain device: that which is told, or the device that is named. */
async function senderOf(
  registry: TrialServer['registry'],
  { tenant }: Owner,
  { apikey, device_id: id, device, settings }: Trial,
): Promise<Message['sender']> {
  if ((apikey ?? id ?? device ?? settings) === undefined) return undefined;
  const named = device === undefined ? undefined : await registry.device(tenant, device);
  const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    apikey: apikey ?? named?.settings.apikey ?? textOf(settings?.['apikey']) ?? '',
    deviceId: id ?? device ?? textOf(settings?.['device_id']) ?? 'device-1',
  };
}

/** An uplink of a device that is imagined. */
function uplinkOf(payload: Required<Trial>['payload'], receivedAt: number): LorawanUplink {
  const origin = { devEui: '0000000000000000', server: 'chirpstack', fCnt: 0 } as const;
  return { kind: 'lorawan', ...origin, ...payload, receivedAt };
}

/** What the network server, or the form of the message, has decoded already. */
function decodedBy(incoming: Incoming | undefined): TryOut['decoded'] {
  if (incoming?.kind === 'plain') return incoming.values;
  return incoming?.kind === 'lorawan' ? (incoming.decoded ?? null) : null;
}
