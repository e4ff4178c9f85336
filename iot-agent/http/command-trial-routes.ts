import { type Request, type Response, Router } from 'express';
import { encodeByCodec } from '../codecs/encode-by-codec.ts';
import { commandsOf } from '../commands/definitions.ts';
import { tryCommand } from '../dry-run/try-command.ts';
import type { Json, LorawanServer } from '../measurement.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigServer } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { refuseTwoDecoders, type TrialSubject } from './parse-trial.ts';
import { Refusal } from './refusal.ts';
import { subjectDevice, type TrialDevice } from './trial-device.ts';

type TrialServer = Pick<ConfigServer, 'catalogue' | 'clock' | 'codecs' | 'registry'>;

interface CommandTrial extends TrialSubject {
  readonly command: string;
  readonly value: Json;
  readonly server?: LorawanServer;
}

/** `POST /iot/test/command`: what a device, and its network server, would get of a command. Nothing is kept, and nothing is sent. */
export function commandTrialRoutes(server: TrialServer): Router {
  const { clock, catalogue, codecs } = server;
  const encode = encodeByCodec(codecs);
  const router = Router();
  router.post('/iot/test/command', async (request: Request, response: Response) => {
    const { command: name, value, server: told = 'chirpstack', ...subject } = parse(request.body);
    const found = await subjectDevice(server, ownerOf(request.headers), subject, undefined);
    if (found === undefined)
      throw new Refusal(
        'MISSING_ATTRIBUTES',
        'The body must say whose command it is: a model such as dragino/lt-22222-l, a codec, a script, or a device',
      );
    const target = targetOf(catalogue, found);
    const tried = await tryCommand(
      { encodeByCodec: encode, now: clock.now() },
      { ...target, hasForeignKey: false },
      { name, value, server: told },
    );
    response.json(tried);
  });
  return router;
}

function parse(body: unknown): CommandTrial {
  const trial = checkSettings<CommandTrial>('commandTrial', body, 'the body');
  refuseTwoDecoders(trial);
  return trial;
}

/** The commands of the model that really decodes: the subject's may have taken the place of the device's own. */
function targetOf(catalogue: TrialServer['catalogue'], { device, record, group }: TrialDevice) {
  const model = device.model === undefined ? undefined : catalogue.findModel(device.model);
  return { device, record, group, model, commands: commandsOf(record, group, model) };
}
