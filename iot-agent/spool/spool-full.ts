/** The spool has no room for more: whoever sent it has to keep it and try again later. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull';

  /** `limit`: the most items that it holds. */
  constructor(limit: number) {
    super(
      `the spool holds ${limit} items that wait for the broker: bring the broker back, or raise AGENT_SPOOL_LIMIT`,
    );
  }
}
