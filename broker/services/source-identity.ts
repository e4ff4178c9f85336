import { tenantAlias } from '../domain/context-source-alias.ts';
import { formatDateTime } from '../domain/date-time.ts';
import { formatDuration } from '../domain/duration.ts';
import type { JsonObject, Micros } from '../domain/entity.ts';
import type { Documents } from '../store/documents.ts';

export interface SourceIdentityParts {
  readonly alias: string;
  readonly now: () => Micros;
}

/** Retrieve Context Source Identity Information (clause 5.15.1): what the broker is to others, by tenant. */
export type RetrieveSourceIdentity = (tenant: string) => JsonObject;

/** The operation; the Context Source counts as available from now on. */
export function createSourceIdentity({ alias, now }: SourceIdentityParts): RetrieveSourceIdentity {
  const availableSince = now();
  return (tenant) => {
    const at = now();
    const contextSourceAlias = tenantAlias(alias, tenant);
    return {
      id: `urn:ngsi-ld:ContextSourceIdentity:${encodeURIComponent(contextSourceAlias)}`,
      type: 'ContextSourceIdentity',
      contextSourceAlias,
      contextSourceUptime: formatDuration(at - availableSince),
      contextSourceTimeAt: formatDateTime(at),
    };
  };
}

const KIND = 'contextSource';
const ID = 'alias';

/** The alias that was made up for this store when none was set: the same after every start, and in every process. */
export async function storedAlias(
  documents: Pick<Documents, 'get' | 'create'>,
  newUuid: () => string,
): Promise<string> {
  const alias = `carillon-${newUuid()}`;
  const stored = await documents.get(KIND, '', ID);
  if (typeof stored === 'string') return stored;
  if (await documents.create(KIND, '', ID, alias)) return alias;
  // Another process was quicker.
  return (await documents.get(KIND, '', ID)) as string;
}
