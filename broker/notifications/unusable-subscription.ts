/** A stored Subscription is none that this version can read, such as one that a newer version wrote. */
export class UnusableSubscription extends Error {
  constructor(id: string, cause: unknown) {
    super(`The stored Subscription ${id} cannot be read by this version: ${String(cause)}`, { cause });
    this.name = 'UnusableSubscription';
  }
}
