import type { Collection } from 'mongodb';
import type { Json, Micros } from '../../domain/entity.ts';
import type { Documents } from '../documents.ts';
import { documentReads } from './document-reads.ts';
import type { Gate } from './gate.ts';
import { keyOf } from './keys.ts';
import { StampSource } from './stamps.ts';
import { type Rewrite, rewrite, type StoredDocument } from './stored-document.ts';
import { inTurn } from './turns.ts';

export interface DocumentParts {
  readonly collection: Collection<StoredDocument>;
  readonly gate: Gate;
  readonly now: () => Micros;
}

/** Small keyed JSON documents. */
export function mongoDocuments({ collection, gate, now }: DocumentParts): Documents {
  // Of their own: they follow what other processes stamped, which the times of Entities shall not.
  const parts = { collection, stamps: new StampSource(now), now };
  const turns = inTurn();
  const write = <T>(
    [kind, tenant, id]: readonly [string, string, string],
    change: (body: Json | undefined) => Rewrite<T>,
  ): Promise<T> => {
    const _id = keyOf(kind, tenant, id);
    return gate.run(() => turns(_id, () => rewrite({ _id, kind }, change, parts)));
  };
  return {
    ...documentReads(gate, parts),
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
  };
}
