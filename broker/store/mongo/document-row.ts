import type { Json } from '../../domain/entity.ts';
import type { DocumentRow } from '../documents.ts';
import { partsOf } from './keys.ts';
import type { StoredDocument } from './stored-document.ts';

/** Tenant, id and body; the body of a tombstone is null. */
export function toRow({ _id, body = 'null' }: StoredDocument): DocumentRow {
  const [, tenant = '', id = ''] = partsOf(_id, 3);
  return { tenant, id, body: JSON.parse(body) as Json };
}
