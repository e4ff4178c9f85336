import type { Json } from '../../domain/entity.ts';
import type { DocumentFeed, DocumentRow, Documents } from '../documents.ts';
import type { Session } from './session.ts';

type DocumentReads = Pick<Documents, 'get' | 'getMany' | 'list' | 'page' | 'follow' | 'revision'>;

/** What reads keyed JSON documents. */
export function documentReads({ database, read }: Session): DocumentReads {
  const select = database.prepare<[string]>(
    'SELECT body FROM document WHERE kind = ? AND tenant = ? AND id = ?',
  );
  const list = database.prepare<[string, string, string]>(
    'SELECT tenant, id, body FROM document WHERE kind = ?1 AND (?2 IS NULL OR tenant = ?2) ORDER BY no',
  );
  // The places come from an index: only the documents of the page are read.
  const page = database.prepare<[string, string, string]>(
    `SELECT tenant, id, body FROM document WHERE no IN
      (SELECT no FROM document WHERE kind = ? AND tenant = ? ORDER BY no LIMIT ? OFFSET ?) ORDER BY no`,
  );
  const count = database.prepare<[number]>('SELECT count(*) FROM document WHERE kind = ? AND tenant = ?');
  const revision = database.prepare<[number]>('SELECT number FROM revision WHERE kind = ?');
  const reads: Omit<DocumentReads, 'follow'> = {
    get: (kind, tenant, id) => read(() => parsedBody(select.get(kind, tenant, id))),
    getMany: (kind, tenant, ids) =>
      read(() => new Map(ids.flatMap((id) => withBody(id, parsedBody(select.get(kind, tenant, id)))))),
    list: (kind, tenant) => read(() => list.all(kind, tenant ?? null).map(toRow)),
    page: (kind, tenant, { offset, limit }) =>
      read(() => ({
        rows: page.all(kind, tenant, limit, offset).map(toRow),
        count: count.get(kind, tenant)?.[0] ?? 0,
      })),
    revision: (kind) => read(() => String(revision.get(kind)?.[0] ?? 0)),
  };
  return { ...reads, follow: (kind) => feedOf(kind, reads) };
}

/** One process has the file alone: what was written is seldom asked for, and then all is told. */
function feedOf(kind: string, { revision, list }: Pick<DocumentReads, 'revision' | 'list'>): DocumentFeed {
  let told: string | undefined;
  return {
    next: async () => {
      // Before the list: what is written in between moves it again.
      const current = await revision(kind);
      if (current === told) return { present: [], gone: [], isWhole: false };
      const present = await list(kind);
      told = current;
      return { present, gone: [], isWhole: true };
    },
  };
}

/** The body in a row that has nothing else. */
export function parsedBody(row: readonly [string] | undefined): Json | undefined {
  return row && (JSON.parse(row[0]) as Json);
}

function withBody(id: string, body: Json | undefined): readonly (readonly [string, Json])[] {
  return body === undefined ? [] : [[id, body]];
}

function toRow([tenant, id, body]: readonly [string, string, string]): DocumentRow {
  return { tenant, id, body: JSON.parse(body) as Json };
}
