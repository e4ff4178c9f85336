/** The scope and all that it lies beneath (clause 4.18): `/`, `/a` and `/a/b` of `/a/b`. */
export function* scopeAndAbove(scope: string): Iterable<string> {
  yield '/';
  for (let end = scope.indexOf('/', 1); end !== -1; end = scope.indexOf('/', end + 1)) {
    yield scope.slice(0, end);
  }
  yield scope;
}
