/** A refusal at start that the operator can remedy: the message names the thing, the rule and the remedy. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The code of a system error such as `EADDRINUSE`, or the empty text. */
export function systemErrorCode(error: unknown): string {
  // Not `instanceof Error`: errors made by Node belong to another realm where code runs in a vm context.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
