/** A command that can never be sent as it is: the message names the thing, the rule and the remedy. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** A command that cannot be sent now: it waits, and is tried again. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}
