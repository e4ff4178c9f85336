import { NgsiLdError } from '../domain/errors.ts';
import { type Builder, buildContext } from './build-context.ts';
import type { CachedDocument, ContextCache } from './context-cache.ts';
import { withinTime } from './within-time.ts';

/**
 * Downloads a document anew and, once it has proven valid, puts it in the place of the cached one (clause 5.13.5.4).
 * @throws NgsiLdError LdContextNotAvailable when it cannot be had within `timeLimitMs` or is not valid.
 */
export async function reloadDocument(
  builder: Builder,
  documents: ContextCache,
  url: string,
  timeLimitMs: number,
): Promise<CachedDocument> {
  const late = (): NgsiLdError =>
    new NgsiLdError('LdContextNotAvailable', `It was not complete within ${timeLimitMs} ms.`);
  const fresh = await withinTime(downloadValid(builder, documents, url), timeLimitMs, late).catch(
    (error: unknown) => {
      throw error instanceof NgsiLdError ? notReloaded(url, error) : error;
    },
  );
  await documents.replace(fresh);
  return fresh;
}

async function downloadValid(
  builder: Builder,
  documents: ContextCache,
  url: string,
): Promise<CachedDocument> {
  const fresh = await documents.download(url);
  const load = (wanted: string): Promise<CachedDocument> =>
    wanted === url ? Promise.resolve(fresh) : documents.load(wanted);
  const keep = (used: readonly CachedDocument[]): Promise<void> =>
    documents.keep(used.filter((document) => document !== fresh));
  await buildContext({ ...builder, documents: { load, keep, forget: documents.forget } }, url);
  return fresh;
}

function notReloaded(url: string, cause: NgsiLdError): NgsiLdError {
  const detail = `The @context ${url} was not reloaded, its copy stays. ${cause.message}`;
  return new NgsiLdError('LdContextNotAvailable', detail, { cause });
}
