import type { MqttTarget } from '../domain/subscription/subscription.ts';
import { connectionKey } from './endpoint-key.ts';
import type { MqttLink } from './mqtt-link.ts';
import type { SendResult } from './retry-policy.ts';
import type { Timers } from './timers.ts';

/** A connection, or why there is none. */
export type Opened =
  | { readonly kind: 'open'; readonly link: MqttLink }
  | Extract<SendResult, { readonly kind: 'unreachable' | 'impossible' }>;

export interface MqttConnectionsParts {
  /** Connects and logs in. Never rejects. */
  readonly open: (target: MqttTarget) => Promise<Opened>;
  readonly timers: Timers;
  /** The most open connections at once, unless several open in the same moment; 200 when not given. */
  readonly most?: number;
  /** Milliseconds after which a connection that nobody uses is closed; 60,000 when not given. */
  readonly idle?: number;
}

interface Entry {
  readonly opening: Promise<Opened>;
  link?: MqttLink;
  /** Deliveries that hold it, or wait for it. */
  users: number;
  /** Calls off that it is closed. */
  cancel: () => void;
}

/** Milliseconds for which a broker that refused a login for good is not asked again. */
const REFUSED = 5000;
/** Milliseconds for a broker to take leave. */
const LEAVE = 1000;

/** The connections to MQTT brokers: one for each broker, TLS or not, login and version, shared and kept while in use. */
export class MqttConnections {
  readonly #parts: MqttConnectionsParts;
  readonly #most: number;
  readonly #idle: number;
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>();
  #isStopped = false;

  constructor(parts: MqttConnectionsParts) {
    this.#parts = parts;
    this.#most = parts.most ?? 200;
    this.#idle = parts.idle ?? 60_000;
  }

  /** Has `use` use the connection for the target, made where there is none. Never rejects unless `use` does. */
  async with(target: MqttTarget, use: (opened: Opened) => Promise<SendResult>): Promise<SendResult> {
    const key = connectionKey(target);
    const entry = this.#entries.get(key) ?? this.#create(key, target);
    if (entry === undefined)
      return { kind: 'unreachable', error: `${this.#most} MQTT connections are in use` };
    entry.users += 1;
    entry.cancel();
    try {
      return await use(await entry.opening);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#rest(key, entry);
    }
  }

  /** Connections there are, or are being made, for the metrics. */
  count(): number {
    return this.#entries.size;
  }

  /** Makes no connection any more and ends those there are. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const entries = [...this.#entries.keys()];
    await Promise.all(entries.map((key) => this.#end(key)));
  }

  #create(key: string, target: MqttTarget): Entry | undefined {
    if (this.#isStopped || !this.#makeRoom()) return undefined;
    const entry: Entry = { opening: this.#parts.open(target), users: 0, cancel: () => undefined };
    this.#entries.set(key, entry);
    void entry.opening.then((opened) => {
      if (opened.kind === 'open') {
        entry.link = opened.link;
        opened.link.onClose(() => this.#forget(key, entry));
      } else if (opened.kind === 'unreachable') this.#forget(key, entry);
      else this.#parts.timers.after(REFUSED, () => this.#forget(key, entry));
    });
    return entry;
  }

  /** Those that are still opening do not count: brokers that are dead must not keep others out. */
  #makeRoom(): boolean {
    const open = [...this.#entries].filter(([, { link }]) => link !== undefined);
    if (open.length < this.#most) return true;
    const unused = open.find(([, { users }]) => users === 0);
    if (unused) void this.#end(unused[0]);
    return unused !== undefined;
  }

  /** Nobody uses it any more: it goes to the end of those that may be closed, and is closed after a time. */
  #rest(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry || entry.link === undefined) return;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.cancel = this.#parts.timers.after(this.#idle, () => void this.#end(key));
  }

  #forget(key: string, entry: Entry): void {
    entry.cancel();
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  async #end(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#forget(key, entry);
    const opened = await entry.opening;
    if (opened.kind === 'open') await opened.link.end(LEAVE);
  }
}
