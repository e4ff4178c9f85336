/** How a way in is doing. */
export interface TransportStatus {
  /** `connected`: messages can arrive. */
  readonly state: 'connecting' | 'connected';
  /** Microseconds since 1970: since when it is in this state. */
  readonly since: number;
  readonly lastError?: { readonly at: number; readonly reason: string };
  /** Those that arrived since the agent started. */
  readonly messages: number;
  readonly lastMessageAt?: number;
}

/** Keeps the status of a transport. */
export interface StatusKeeper {
  read(): TransportStatus;
  connected(): void;
  lost(): void;
  failed(reason: string): void;
  message(): void;
}

/** A transport that has just been started; `now` in microseconds. */
export function statusKeeper(now: () => number): StatusKeeper {
  let status: TransportStatus = { state: 'connecting', since: now(), messages: 0 };
  const become = (state: TransportStatus['state']): void => {
    if (status.state !== state) status = { ...status, state, since: now() };
  };
  let messages = 0;
  let lastMessageAt: number | undefined;
  return {
    read: () => ({ ...status, messages, ...(lastMessageAt === undefined ? {} : { lastMessageAt }) }),
    connected: () => become('connected'),
    lost: () => become('connecting'),
    failed: (reason) => {
      status = { ...status, lastError: { at: now(), reason } };
    },
    message: () => {
      messages += 1;
      lastMessageAt = now();
    },
  };
}
