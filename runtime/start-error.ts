/** A refusal at start that the operator can remedy: the message names the thing, the rule and the remedy. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The code of a system error such as `EADDRINUSE`, or the empty text. */
export function systemErrorCode(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? '';
}
