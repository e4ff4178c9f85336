import type { Json } from '../../../../broker/domain/entity.ts';
import { isObject } from '../../../../broker/domain/json-object.ts';
import type { WireRequest } from '../../../support/fuzz/draft.ts';
import type { WireAnswer } from '../../../support/fuzz/wire.ts';

/** What is wrong with an answer, whatever was asked; undefined when nothing is. */
export function faultIn({ method }: WireRequest, answer: WireAnswer): string | undefined {
  const { status, headers, text } = answer;
  if (method === 'HEAD' || text === '') return status >= 500 ? serverFault(status, undefined) : undefined;
  const type = headers['content-type'];
  if (typeof type !== 'string') return 'a body without a Content-Type';
  if (status === 200 && /^(?:text\/csv|application\/x-ndjson)/.test(type)) return undefined;
  const body = parsed(text);
  if (body === undefined) return 'a body that is no JSON';
  if (status >= 500) return serverFault(status, body);
  return status >= 400 ? refusalFault(status, body) : undefined;
}

/** 501 comes of unfinished rows, 504 of @contexts that cannot be had: nothing else of the kind has an excuse. */
function serverFault(status: number, body: Json | undefined): string | undefined {
  if (status !== 501 && status !== 504) return `status ${status}`;
  if (body === undefined || !isObject(body)) return undefined;
  const isExcused =
    status === 501
      ? body['title'] === 'Not implemented'
      : String(body['type']).endsWith('/LdContextNotAvailable');
  return isExcused ? refusalFault(status, body) : `status ${status} without its reason`;
}

/** ProblemDetails that say what is wrong (clause 6.3.2). */
function refusalFault(status: number, body: Json): string | undefined {
  if (!isObject(body)) return 'a refusal that is no object';
  const { type, title, detail } = body;
  if (typeof type !== 'string' || typeof title !== 'string') return 'a refusal without type and title';
  if (body['status'] !== status) return 'a refusal whose status is another than the answer’s';
  return typeof detail === 'string' && detail.length > 10 ? undefined : 'a refusal that does not say why';
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
