import { parseDateTime } from '../date-time.ts';
import type { Json, LorawanServer, LorawanUplink } from '../measurement.ts';
import { checkSettings } from './check-settings.ts';
import { Refusal } from './refusal.ts';

/** Whose payload or command it is to be. */
export interface TrialSubject {
  /** Id of a registered one. */
  readonly device?: string;
  /** Of an imagined one. */
  readonly settings?: { readonly [name: string]: Json };
  readonly model?: string;
  readonly codec?: string;
  readonly script?: string;
}

/** A whole message, and what tells how to read it. */
interface TrialMessage {
  readonly message?: Json;
  readonly server?: LorawanServer;
  readonly event?: string;
  readonly apikey?: string;
  readonly device_id?: string;
}

/** A dry run as it is asked for. */
export interface Trial extends TrialSubject, TrialMessage {
  /** The payload, when it is no whole message. */
  readonly payload?: Pick<LorawanUplink, 'bytes' | 'fPort'>;
  /** Microseconds since 1970. */
  readonly receivedAt?: number;
}

interface TrialBody extends TrialSubject, TrialMessage {
  readonly fPort?: number;
  readonly bytes?: string;
  readonly receivedAt?: string;
}

const decoders = ['model', 'codec', 'script'] as const;
/** The port of those who do not say one. */
const defaultPort = 1;

/** The dry run in a body. @throws Refusal that names the member, the rule and the remedy. */
export function parseTrial(body: unknown): Trial {
  const { bytes, fPort, receivedAt, ...rest } = checkSettings<TrialBody>('trial', body, 'the body');
  refuseTwoDecoders(rest);
  if ((bytes === undefined) === (rest.message === undefined))
    throw new Refusal(
      'MISSING_ATTRIBUTES',
      'The body must have either bytes, which are the payload in hexadecimal digits, or message, which is a whole message of a network server or a device',
    );
  if (bytes !== undefined) refuseNoDecoder(rest);
  return {
    ...rest,
    ...(bytes === undefined ? {} : { payload: { bytes: bytesOf(bytes), fPort: fPort ?? defaultPort } }),
    ...(receivedAt === undefined ? {} : { receivedAt: timeOf(receivedAt) }),
  };
}

/** @throws Refusal for more than one of model, codec and script, or a device with settings. */
export function refuseTwoDecoders(subject: TrialSubject): void {
  const named = decoders.filter((name) => subject[name] !== undefined);
  if (named.length > 1)
    throw new Refusal(
      'WRONG_SYNTAX',
      `The body has ${named.join(' and ')}: a payload is decoded by one of them`,
    );
  if (subject.device !== undefined && subject.settings !== undefined)
    throw new Refusal(
      'WRONG_SYNTAX',
      'The body has device, which is a registered one, and settings, which are of an imagined one: leave one of them out',
    );
}

function refuseNoDecoder(subject: TrialSubject): void {
  const members = [...decoders, 'device', 'settings'] as const;
  if (members.some((name) => subject[name] !== undefined)) return;
  throw new Refusal(
    'MISSING_ATTRIBUTES',
    'The body must say what decodes the bytes: a model such as decentlab/dl-pm, a codec, a script, a device, or settings with one of them',
  );
}

function bytesOf(text: string): Uint8Array {
  const digits = text.replace(/\s/g, '');
  if (/^(?:[0-9a-f]{2})*$/i.test(digits)) return Buffer.from(digits, 'hex');
  throw new Refusal(
    'WRONG_SYNTAX',
    `bytes is ${JSON.stringify(text.slice(0, 80))}: it must be hexadecimal digits, two a byte, such as "02 1b 50 00"`,
    'bytes',
  );
}

function timeOf(text: string): number {
  const time = parseDateTime(text);
  if (time !== undefined && time >= 0) return time;
  throw new Refusal(
    'WRONG_SYNTAX',
    `receivedAt is ${JSON.stringify(text.slice(0, 80))}: it must be a date and time, such as 2026-11-24T08:00:00Z`,
    'receivedAt',
  );
}
