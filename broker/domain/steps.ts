/** Long work that may rest between its steps, so that other work comes in between; it gives its result at the end. */
export type Steps<Result> = Generator<void, Result, void>;

/** The result of work that is done without a rest. */
export function inOneGo<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
