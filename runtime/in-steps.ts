/** Does work that rests between its steps; others get their turn of the event loop meanwhile. */
export async function inSteps<Result>(steps: Iterator<void, Result, void>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise(setImmediate);
  }
}
