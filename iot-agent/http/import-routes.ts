import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Owner } from '../provisioning/draft.ts';
import { type ImportReport, importDevices } from '../provisioning/import-devices.ts';
import type { ImportRow } from '../provisioning/import-row.ts';
import { csvRows, lineRows, listRows, type RowParts } from '../provisioning/import-rows.ts';
import type { DeviceSettings } from '../registry/settings.ts';
import { isCuredByChange } from '../spool/causes.ts';
import type { ConfigServer } from './config-api.ts';
import { tryParser } from './device-parser.ts';
import { warningsOf } from './device-routes.ts';
import { ownerOf } from './owner.ts';
import { presentReportAsCsv } from './present-report.ts';
import { oneOf } from './query.ts';
import { Refusal, type RefusalName } from './refusal.ts';
import { keysOf } from './waiting-keys.ts';

type Parts = Pick<ConfigServer, 'catalogue' | 'changed' | 'maxBodySize' | 'registry'>;

/** Forms of an import that are read while they come in; JSON is read whole. */
const streamed = { 'text/csv': csvRows, 'application/x-ndjson': lineRows } as const;
/** Bytes of a streamed import; rows are bounded besides. */
const mostBytes = 256 * 1024 * 1024;

/** `POST /iot/import`: devices of a CSV file or of JSON, thousands at once. */
export function importRoutes(parts: Parts): Router {
  const internalNames = new Set([
    ...['emptyDistance', 'fullDistance'],
    ...parts.catalogue.list().flatMap(({ settings = [] }) => settings.map(({ name }) => name)),
  ]);
  const router = Router();
  const json = express.json({ limit: parts.maxBodySize, strict: false });
  router.post('/iot/import', onlyKnownForms, json, (request, response) =>
    answerImport(parts, internalNames, request, response),
  );
  return router;
}

const onlyKnownForms: RequestHandler = (request, _response, next) => {
  if (!request.is(['application/json', ...Object.keys(streamed)]))
    throw new Refusal(
      'UNSUPPORTED_MEDIA_TYPE',
      `The body must be text/csv, application/json or application/x-ndjson; it is ${request.get('content-type') ?? 'not said'}`,
    );
  if (Number(request.get('content-length') ?? 0) > mostBytes)
    throw new Refusal('TOO_LARGE', `The body is larger than ${mostBytes} bytes: send it in parts`);
  next();
};

async function answerImport(
  parts: Parts,
  internalNames: ReadonlySet<string>,
  request: Request,
  response: Response,
): Promise<void> {
  const options = optionsOf(request);
  const aboutFile: string[] = [];
  const rows = rowsIn(request, { internalNames, warn: (message) => aboutFile.push(message) });
  const report = await importing(parts, rows, ownerOf(request.headers), options);
  const warnings = [...aboutFile.map((message) => ({ about: 'the file', message })), ...report.warnings];
  const { created, updated, unchanged, failed } = report;
  response.set(
    'Import-Result',
    `created=${created}, updated=${updated}, unchanged=${unchanged}, failed=${failed}`,
  );
  // All or none, and it was none.
  const isRefused = options.isAtomic && failed > 0;
  response.status(isRefused ? 400 : 200);
  answerReport(request, response, { ...(isRefused ? refusedWhole(failed) : {}), ...report, warnings });
}

function refusedWhole(failed: number): { readonly name: RefusalName; readonly message: string } {
  const message = `Nothing was imported, because ${failed} of the rows failed: correct them, or leave out atomic=true`;
  return { name: 'WRONG_SYNTAX', message };
}

/** Imports, and tells the pipeline of what was written, however it ends. */
async function importing(
  parts: Parts,
  rows: AsyncIterable<ImportRow>,
  owner: Owner,
  options: ImportOptions,
): Promise<ImportReport> {
  const written: DeviceSettings[] = [];
  try {
    return await importDevices(rows, {
      ...{ registry: parts.registry, owner, parse: tryParser(parts), ...options },
      warningsOf: (parsed) => warningsOf(parts, parsed),
      written: (parsed) => void written.push(...parsed.map(({ record }) => record.settings)),
    });
  } finally {
    const fits = keysOf(written);
    if (written.length > 0) parts.changed((key, cause) => isCuredByChange(cause) && fits(key));
  }
}

interface ImportOptions {
  readonly mode: 'upsert' | 'create';
  readonly isDryRun: boolean;
  readonly isAtomic: boolean;
}

function optionsOf(request: Request): ImportOptions {
  return {
    mode: oneOf(request, 'mode', ['upsert', 'create']),
    isDryRun: oneOf(request, 'dryRun', ['false', 'true']) === 'true',
    isAtomic: oneOf(request, 'atomic', ['false', 'true']) === 'true',
  };
}

function rowsIn(request: Request, parts: RowParts): AsyncIterable<ImportRow> {
  const form = Object.entries(streamed).find(([type]) => request.is(type))?.[1];
  if (form !== undefined) return form(bounded(request), parts);
  const body: unknown = request.body;
  const list = Array.isArray(body) ? body : (body as { readonly devices?: unknown } | null)?.devices;
  if (!Array.isArray(list))
    throw new Refusal('WRONG_SYNTAX', 'The body must be a list of devices, or {"devices": [...]}');
  return listRows(list, parts);
}

/** The bytes of the body. @throws Refusal when the sender goes away, or sends too many */
async function* bounded(request: Request): AsyncGenerator<Uint8Array> {
  if (!['identity', ''].includes(request.get('content-encoding') ?? ''))
    throw new Refusal(
      'UNSUPPORTED_MEDIA_TYPE',
      'A body that is read while it comes in must not be compressed',
    );
  let size = 0;
  try {
    // Who leaves early still wants to answer: the connection stays.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) break;
      yield chunk;
    }
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ECONNRESET') throw error;
    throw new Refusal('WRONG_SYNTAX', 'The request ended in the middle of its body: send it again');
  } finally {
    request.resume();
  }
  if (size > mostBytes)
    throw new Refusal(
      'TOO_LARGE',
      `The body is larger than ${mostBytes} bytes; its first rows are imported: send it in parts`,
    );
}

function answerReport(request: Request, response: Response, report: ImportReport): void {
  if (request.accepts(['application/json', 'text/csv']) === 'text/csv')
    response.type('text/csv').send(presentReportAsCsv(report));
  else response.json(report);
}
