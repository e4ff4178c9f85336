import { resolve } from 'node:path';
import { maskUrl } from './mask-secrets.ts';

/** Where a program keeps its data. */
export type StoreUrl =
  | {
      readonly kind: 'sqlite';
      /** A file, or `:memory:`. */
      readonly path: string;
    }
  | {
      readonly kind: 'mongodb';
      /** As it was given: it may hold a password, so it never goes into a message or a log. */
      readonly url: string;
    };

const scheme = /^(sqlite|mongodb|mongodb\+srv):(.*)$/s;

/** Parses `sqlite:<file>`, `sqlite::memory:`, `mongodb://…` or `mongodb+srv://…`. */
export function storeUrl(text: string): StoreUrl {
  const [, kind, rest = ''] = scheme.exec(text) ?? [];
  if (kind === 'sqlite' && rest !== '') return { kind: 'sqlite', path: pathOf(rest) };
  if (kind?.startsWith('mongodb') && rest.startsWith('//') && rest.length > 2) {
    return { kind: 'mongodb', url: text };
  }
  throw new Error('sqlite:<file>, sqlite::memory:, mongodb://<host> or mongodb+srv://<host>');
}

/** `sqlite:///data/x.db`, as other programs write it, is `/data/x.db`. */
function pathOf(rest: string): string {
  return rest.startsWith('///') ? rest.slice(2) : rest;
}

/** True when two programs would write to the same place: each of them needs a database of its own. */
export function isSameStore(one: StoreUrl, other: StoreUrl): boolean {
  if (one.kind === 'sqlite' && other.kind === 'sqlite') {
    return one.path !== ':memory:' && resolve(one.path) === resolve(other.path);
  }
  return one.kind === 'mongodb' && other.kind === 'mongodb' && one.url === other.url;
}

/** How people call the place, without credentials. */
export function describeStore(store: StoreUrl): string {
  if (store.kind === 'sqlite') return `sqlite:${store.path}`;
  return maskUrl(store.url);
}
