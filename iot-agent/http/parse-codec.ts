import type { Request } from 'express';
import { builtInCodecs } from '../codecs/built-in.ts';
import type { CodecRunner } from '../codecs/codec-runner.ts';
import { revisionOf } from '../codecs/revision.ts';
import { describeFault } from '../codecs/script-codecs.ts';
import type { CodecFunction, CodecRecord } from '../registry/codec.ts';
import { checkSettings } from './check-settings.ts';
import { Refusal } from './refusal.ts';

/** Bytes of a script. */
const mostBytes = 256 * 1024;
const codecName = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;

/** A codec as it was uploaded. */
interface Upload {
  readonly script: string;
  readonly description?: string;
}

/** The name in the path. @throws Refusal for one that no codec may have. */
export function codecNameIn(request: Request): string {
  const name = String(request.params['name']);
  if (builtInCodecs.has(name))
    throw new Refusal(
      'WRONG_SYNTAX',
      `${name} is built in, and works without being uploaded: choose another name`,
    );
  if (codecName.test(name)) return name;
  throw new Refusal(
    'WRONG_SYNTAX',
    `The name ${JSON.stringify(name.slice(0, 80))} must have 1 to 128 letters, digits or . _ - / and begin with a letter or digit`,
  );
}

/** The script in the body: as it is, or as JSON with a description. @throws Refusal */
export function uploadIn(request: Request): Upload {
  const body: unknown = request.body;
  const upload =
    typeof body === 'string' ? { script: body } : checkSettings<Upload>('codec', body, 'the body');
  const size = Buffer.byteLength(upload.script);
  if (size > mostBytes)
    throw new Refusal('TOO_LARGE', `The script has ${size} bytes: a codec has at most ${mostBytes}`);
  return upload;
}

/** The record of an upload. @throws Refusal with line and column when it cannot be loaded, or lacks all functions. */
export async function parseCodec(
  { script, description }: Upload,
  { tenant, name, updatedAt }: Pick<CodecRecord, 'tenant' | 'name' | 'updatedAt'>,
  codecs: Pick<CodecRunner, 'inspect'>,
): Promise<CodecRecord> {
  const inspection = await codecs.inspect(script);
  if (inspection.kind === 'faulty')
    throw new Refusal('WRONG_SYNTAX', `The codec ${name} cannot be used: ${describeFault(inspection)}`);
  return {
    ...{ tenant, name, script, updatedAt },
    revision: revisionOf(script),
    functions: inspection.functions,
    size: Buffer.byteLength(script),
    ...(description === undefined ? {} : { description }),
  };
}

const decoders: readonly CodecFunction[] = ['decodeUplink', 'Decode', 'Decoder'];

/** What the owner of a codec should know. */
export function codecWarnings({ name, functions }: Pick<CodecRecord, 'name' | 'functions'>) {
  if (functions.some((one) => decoders.includes(one))) return [];
  const message = `it has none of ${decoders.join(', ')}: uplinks of devices that name it cannot be read`;
  return [{ about: `codec ${name}`, message }];
}
