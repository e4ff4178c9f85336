import { NgsiLdError } from '../domain/errors.ts';
import { requireUri } from '../domain/names.ts';
import { tenantHeader, tenantOf } from './tenant.ts';

/** What a request below /streams says, apart from who sends it. */
export interface StreamTarget {
  readonly subscriptionId: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Browsers' EventSource sends no headers of one's own, and a page that was loaded again names no last event. */
const PARAMETERS: ReadonlySet<string> = new Set(['tenant', 'key', 'lastEventId']);

/**
 * The Subscription in the path and the URL parameters.
 * @throws NgsiLdError ResourceNotFound for another path, BadRequestData for an id that is no URI, InvalidRequest for
 * parameters
 */
export function parseStreamTarget(target: string): StreamTarget {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const search = question < 0 ? '' : target.slice(question + 1);
  const [, segment] = /^\/([^/]+)$/.exec(path) ?? [];
  if (segment === undefined)
    throw new NgsiLdError('ResourceNotFound', 'The live stream of a Subscription is at /streams/{id}.');
  const subscriptionId = requireUri(decode(segment), 'the id of the Subscription in the path');
  return { subscriptionId, parameters: parseParameters(search) };
}

function parseParameters(search: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of search.split('&').filter((text) => text !== '')) {
    const [name = '', value = ''] = split(part).map(decode);
    if (!PARAMETERS.has(name))
      throw new NgsiLdError(
        'InvalidRequest',
        `The URL parameter ${JSON.stringify(name)} is not known to streams. They know: ${[...PARAMETERS].join(', ')}.`,
      );
    if (parameters.has(name))
      throw new NgsiLdError('InvalidRequest', `The URL parameter ${name} stands twice: give it once.`);
    parameters.set(name, value);
  }
  return parameters;
}

function split(part: string): readonly string[] {
  const equals = part.indexOf('=');
  return equals < 0 ? [part] : [part.slice(0, equals), part.slice(equals + 1)];
}

/** What is decoded is not repeated: it may be a key. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new NgsiLdError('InvalidRequest', 'The path or a URL parameter is not percent-encoded UTF-8.');
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The tenant by header or URL parameter. @throws NgsiLdError BadRequestData when it is no name, or when they differ */
export function tenantOfStream(headers: Headers, { parameters }: StreamTarget): string {
  const named = parameters.get('tenant');
  const header = headers[tenantHeader.toLowerCase()];
  if (named !== undefined && header !== undefined && named !== header)
    throw new NgsiLdError(
      'BadRequestData',
      `The ${tenantHeader} header and the URL parameter tenant name different tenants: give one of them.`,
    );
  return tenantOf(header ?? named);
}

/** The place to resume from: the header's, which a client that comes again sends, before that in the URL. */
export function lastEventIdOf(headers: Headers, { parameters }: StreamTarget): string | undefined {
  const header = headers['last-event-id'];
  const text = typeof header === 'string' && header !== '' ? header : parameters.get('lastEventId');
  return text === '' ? undefined : text;
}

/** True when a stream of events is acceptable (RFC 9110 section 12.5.1). */
export function acceptsEvents(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  const weights = new Map(accept.split(',').map(readRange));
  const weight = weights.get('text/event-stream') ?? weights.get('text/*') ?? weights.get('*/*');
  return weight !== undefined && weight > 0;
}

function readRange(text: string): readonly [name: string, weight: number] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = q === undefined ? 1 : Number(q.slice(2));
  return [name, Number.isNaN(weight) ? 1 : weight];
}
