import type { Collection } from 'mongodb';
import type { Json, Micros } from '../../domain/entity.ts';
import type { Documents } from '../store.ts';
import type { Gate } from './gate.ts';
import { keyOf, partsOf, rangeOf } from './keys.ts';
import { Revisions } from './revisions.ts';
import type { StampSource } from './stamps.ts';
import { type Rewrite, rewrite, type StoredDocument } from './stored-document.ts';
import { inTurn } from './turns.ts';

export interface DocumentParts {
  readonly collection: Collection<StoredDocument>;
  readonly stamps: StampSource;
  readonly gate: Gate;
  readonly now: () => Micros;
}

const alive = { body: { $exists: true } } as const;

/** Small keyed JSON documents. */
export function mongoDocuments(parts: DocumentParts): Documents {
  const { collection, gate, now } = parts;
  const revisions = new Revisions(collection, now);
  const turns = inTurn();
  const write = <T>(
    [kind, tenant, id]: readonly [string, string, string],
    change: (body: Json | undefined) => Rewrite<T>,
  ): Promise<T> => {
    const _id = keyOf(kind, tenant, id);
    return gate.run(() => turns(_id, () => rewrite({ _id, kind }, change, parts)));
  };
  return {
    get: async (kind, tenant, id) => {
      const found = await gate.run(() => collection.findOne({ _id: keyOf(kind, tenant, id) }));
      return found?.body === undefined ? undefined : bodyOf(found);
    },
    create: (kind, tenant, id, body) =>
      write<boolean>([kind, tenant, id], (held) =>
        held === undefined ? { kind: 'write', body, answer: true } : { kind: 'leave', answer: false },
      ),
    put: (kind, tenant, id, body) =>
      write<void>([kind, tenant, id], () => ({ kind: 'write', body, answer: undefined })),
    update: (kind, tenant, id, change) =>
      write<Json | undefined>([kind, tenant, id], (held) => {
        if (held === undefined) return { kind: 'leave', answer: undefined };
        const body = change(held);
        return { kind: 'write', body, answer: body };
      }),
    remove: (kind, tenant, id) =>
      write<boolean>([kind, tenant, id], (held) =>
        held === undefined ? { kind: 'leave', answer: false } : { kind: 'remove', answer: true },
      ),
    list: async (kind, tenant) => {
      const of = tenant === undefined ? {} : { _id: rangeOf(kind, tenant) };
      const found = await gate.run(() =>
        collection
          .find({ kind, ...of, ...alive })
          .sort({ created: 1 })
          .toArray(),
      );
      return found.map(toListed);
    },
    revision: (kind) => gate.run(() => revisions.of(kind)),
  };
}

function toListed(document: StoredDocument) {
  const [, tenant = '', id = ''] = partsOf(document._id, 3);
  return { tenant, id, body: bodyOf(document) };
}

function bodyOf({ body = 'null' }: StoredDocument): Json {
  return JSON.parse(body) as Json;
}
