import type { MongoConnection } from '../../../../runtime/mongo/connect.ts';

/** Called before each call of the method, with how many there were; the call waits for it, and fails with what it throws. */
export type Hook = (calls: number) => Promise<void> | void;

/** The connection, with hooks by the names of a collection and a method of it, as `instances.insertMany`. */
export function hooked(connection: MongoConnection, hooks: Readonly<Record<string, Hook>>): MongoConnection {
  const calls = new Map<string, number>();
  const withHooks = <T extends object>(collection: T, name: string): T =>
    new Proxy(collection, {
      get: (target, method) => {
        const value: unknown = Reflect.get(target, method);
        const place = `${name}.${String(method)}`;
        const hook = hooks[place];
        if (typeof value !== 'function') return value;
        if (hook === undefined) return value.bind(target);
        return async (...given: readonly unknown[]) => {
          const before = calls.get(place) ?? 0;
          calls.set(place, before + 1);
          await hook(before);
          return value.apply(target, given);
        };
      },
    });
  const database = new Proxy(connection.database, {
    get: (target, member) => {
      if (member === 'collection') return (name: string) => withHooks(target.collection(name), name);
      const value: unknown = Reflect.get(target, member);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...connection, database };
}

/** Something to wait for, and the means to let those go on who do. */
export interface Barrier {
  /** For a hook: tells that somebody has come here, and waits until it is opened. */
  readonly pass: () => Promise<void>;
  /** Resolves when somebody has come. */
  readonly reached: Promise<void>;
  readonly open: () => void;
}

export function barrier(): Barrier {
  let open = (): void => {};
  let reach = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return {
    pass: () => {
      reach();
      return opened;
    },
    reached,
    open: () => open(),
  };
}
