/** A line that work stands in. */
type Line = <Result>(work: () => Result | Promise<Result>) => Promise<Result>;

/** An empty line: its work is done one after the other, each in a turn of the event loop of its own. */
export function newLine(): Line {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(nextTurn).then(work);
    last = mine.catch(() => {});
    return mine;
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * For what keeps the processor busy, of which a process has one: many large @contexts at once hold up what is quick for
 * as long as one of them.
 */
export const inTurn: Line = newLine();
