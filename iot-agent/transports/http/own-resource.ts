import type { RequestHandler } from 'express';
import type { TransportParts } from '../take.ts';
import { plainProtocols } from './plain-protocols.ts';

/**
 * Lets devices use the path that their group has for them (FIWARE `resource`): a request at or below it goes on as one
 * of its protocol's usual path. Where the group does not say the protocol, the Content-Type and the measures in the URL do.
 */
export function ownResource({ plain }: Pick<TransportParts, 'plain'>): RequestHandler {
  return async (request, _response, next) => {
    const { k } = request.query;
    const ways = typeof k === 'string' ? await plain.waysOf(k) : undefined;
    const resource = ways?.resource?.replace(/\/+$/, '') ?? '';
    const { path, url } = request;
    if (resource === '' || (path !== resource && !path.startsWith(`${resource}/`))) return next();
    const protocol = ways?.protocol ?? (looksLikeJson(request) ? 'iot-agent-json' : 'ultralight');
    request.url = plainProtocols[protocol].root + url.slice(resource.length);
    next();
  };
}

function looksLikeJson(request: Parameters<RequestHandler>[0]): boolean {
  const { d } = request.query;
  if (typeof d === 'string') return /^\s*[[{]/.test(d);
  return request.method === 'GET' || Boolean(request.is(['json', '+json']));
}
