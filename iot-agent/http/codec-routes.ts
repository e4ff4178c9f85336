import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { builtInCodecs } from '../codecs/built-in.ts';
import { formatDateTime } from '../date-time.ts';
import type { CodecRecord, CodecSummary } from '../registry/codec.ts';
import { codecUsers } from '../registry/codec-users.ts';
import { isCuredByChange } from '../spool/causes.ts';
import type { ConfigServer } from './config-api.ts';
import { keysOfCodec } from './member-keys.ts';
import { ownerOf } from './owner.ts';
import { codecNameIn, codecWarnings, parseCodec, uploadIn } from './parse-codec.ts';
import { pageOf } from './query.ts';
import { Refusal } from './refusal.ts';
import { warnIn } from './warnings.ts';

type CodecServer = Pick<ConfigServer, 'changed' | 'clock' | 'codecs' | 'maxBodySize' | 'registry'>;

const scriptTypes = ['text/javascript', 'application/javascript', 'text/plain'];
const path = '/iot/codecs/:name';

/** Vendors' codecs: uploaded, listed, read back and deleted. */
export function codecRoutes(server: CodecServer): Router {
  const { registry } = server;
  const router = Router();
  router.put(path, ...bodyParsers(server), (request, response) => putCodec(server, request, response));
  router.get('/iot/codecs', async (request, response) => {
    const { count, records } = await registry.codecs(ownerOf(request.headers).tenant, pageOf(request));
    const builtIn = [...builtInCodecs.values()].map(({ name, description }) => ({ name, description }));
    response.json({ count, codecs: records.map(presentCodec), builtIn });
  });
  router.get(path, async (request, response) => {
    const record = await existing(server, request);
    response.vary('Accept').set('ETag', `"${record.revision}"`);
    response.format({
      'text/javascript': () => response.send(record.script),
      'application/json': () => response.json({ ...presentCodec(record), script: record.script }),
    });
  });
  router.delete(path, (request, response) => removeCodec(server, request, response));
  return router;
}

function bodyParsers({ maxBodySize: limit }: CodecServer): RequestHandler[] {
  const refuseOthers: RequestHandler = (request, _response, next) => {
    if (request.is(['application/json', ...scriptTypes])) return next();
    throw new Refusal(
      'UNSUPPORTED_MEDIA_TYPE',
      `The body must be the script, with the header Content-Type: text/javascript, or JSON; it is ${request.get('content-type') ?? 'not there'}`,
    );
  };
  return [refuseOthers, express.text({ type: scriptTypes, limit }), express.json({ limit, strict: false })];
}

async function putCodec(server: CodecServer, request: Request, response: Response): Promise<void> {
  const { registry, codecs, clock, changed } = server;
  const { tenant } = ownerOf(request.headers);
  const name = codecNameIn(request);
  const record = await parseCodec(uploadIn(request), { tenant, name, updatedAt: clock.now() }, codecs);
  const isNew = await registry.putCodec(record);
  const fits = await keysOfCodec(registry, tenant, name);
  changed((key, cause) => isCuredByChange(cause) && fits(key));
  const warnings = codecWarnings(record);
  warnIn(response, warnings);
  if (isNew) response.status(201).json({ ...presentCodec(record), warnings });
  else response.status(204).end();
}

async function existing({ registry }: CodecServer, request: Request): Promise<CodecRecord> {
  const name = String(request.params['name']);
  const record = await registry.codec(ownerOf(request.headers).tenant, name);
  if (record !== undefined) return record;
  throw new Refusal(
    'CODEC_NOT_FOUND',
    `No codec was found with the name ${name}. GET /iot/codecs lists those of this tenant`,
  );
}

async function removeCodec(server: CodecServer, request: Request, response: Response): Promise<void> {
  const { tenant, name } = await existing(server, request);
  const users = await codecUsers(server.registry, tenant, name);
  if (users.length > 0)
    throw new Refusal(
      'CODEC_IN_USE',
      `The codec ${name} is used by ${users.join(', ')}: give them another codec first, or upload another script in its place`,
    );
  await server.registry.removeCodec(tenant, name);
  server.changed(() => false);
  response.status(204).end();
}

function presentCodec({ name, description, revision, functions, size, updatedAt }: CodecSummary) {
  return { name, description, revision, functions, size, updated: formatDateTime(updatedAt) };
}
