import type { Documents } from '../documents.ts';
import { MongoDocumentFeed } from './document-feed.ts';
import { toRow } from './document-row.ts';
import type { Gate } from './gate.ts';
import { keyOf, rangeOf } from './keys.ts';
import { type RevisionParts, Revisions } from './revisions.ts';

const alive = { body: { $exists: true } } as const;

/** What reads small keyed JSON documents. */
export function documentReads(
  gate: Gate,
  parts: RevisionParts,
): Pick<Documents, 'get' | 'getMany' | 'list' | 'page' | 'follow' | 'revision'> {
  const { collection } = parts;
  const revisions = new Revisions(parts);
  const inOrder = (filter: object) => collection.find({ ...filter, ...alive }).sort({ created: 1 });
  return {
    get: async (kind, tenant, id) => {
      const found = await gate.run(() => collection.findOne({ _id: keyOf(kind, tenant, id), ...alive }));
      return found ? toRow(found).body : undefined;
    },
    getMany: async (kind, tenant, ids) => {
      const _id = { $in: ids.map((id) => keyOf(kind, tenant, id)) };
      const found = await gate.run(() => collection.find({ _id, ...alive }).toArray());
      return new Map(found.map(toRow).map(({ id, body }) => [id, body]));
    },
    list: async (kind, tenant) => {
      const of = tenant === undefined ? {} : { _id: rangeOf(kind, tenant) };
      return (await gate.run(() => inOrder({ kind, ...of }).toArray())).map(toRow);
    },
    page: async (kind, tenant, { offset, limit }) => {
      const of = { kind, _id: rangeOf(kind, tenant) };
      // To MongoDB no limit is 0.
      const read = limit > 0 ? () => inOrder(of).skip(offset).limit(limit).toArray() : () => [];
      const [found, count] = await gate.run(() =>
        Promise.all([read(), collection.countDocuments({ ...of, ...alive })]),
      );
      return { rows: found.map(toRow), count };
    },
    follow: (kind) => {
      const feed = new MongoDocumentFeed(kind, parts);
      return { next: () => gate.run(() => feed.next()) };
    },
    revision: (kind) => gate.run(() => revisions.of(kind)),
  };
}
