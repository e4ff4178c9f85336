/** Runs work on the same key one after the other, in the order it came; on different keys at the same time. */
export function inTurn(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>) => {
    const before = last.get(key);
    const doing = before ? before.then(work, work) : work();
    const ended = doing.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, ended);
    void ended.then(() => {
      if (last.get(key) === ended) last.delete(key);
    });
    return doing;
  };
}
