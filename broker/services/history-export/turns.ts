/** Resolves when it is one's turn: one after the other, with a turn of the event loop between them for all others. */
export type Turn = () => Promise<void>;

/** Turns among those who share them. */
export function turns(): Turn {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise(setImmediate));
    return last;
  };
}

/**
 * The same object, whose methods, and those of its members, wait for a turn each and reject once nobody waits for what they find: a search that
 * finds nothing would go on to its end.
 */
export function inTurns<Reads extends object>(reads: Reads, turn: Turn, isGivenUp: () => boolean): Reads {
  return new Proxy(reads, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member === 'object' && member !== null) return inTurns(member, turn, isGivenUp);
      if (typeof member !== 'function') return member;
      return async (...given: readonly unknown[]) => {
        await turn();
        if (isGivenUp()) throw new Error('The export was given up.');
        return member.apply(target, given);
      };
    },
  });
}
