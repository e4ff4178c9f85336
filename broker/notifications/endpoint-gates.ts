import type { Timers } from './timers.ts';

/** What an attempt says about its endpoint, whatever it says about the notification; `skipped`: nothing was sent. */
export type Reach = 'reached' | 'slow' | 'unreachable' | 'skipped';

/** Something that wants to send to an endpoint when it is its turn. Never rejects. Queued again while unreachable. */
export type Sender = () => Promise<Reach>;

export interface EndpointGatesParts {
  readonly timers: Timers;
  /** The most senders at one endpoint (16), and at all of them (512). */
  readonly perEndpoint?: number;
  readonly overall?: number;
  /** First (250) and longest (10,000) pause in milliseconds before an unreachable endpoint is probed again. */
  readonly firstPause?: number;
  readonly longestPause?: number;
}

type Kind = 'healthy' | 'troubled';

interface Gate {
  readonly endpoint: string;
  readonly queue: Sender[];
  active: number;
  /** How many may send at once now. */
  limit: number;
  /** True from an attempt that found it unreachable or slow until one that reached it. */
  troubled: boolean;
  /** True since it was reached. */
  proven: boolean;
  /** Attempts in a row that found it unreachable. */
  failures: number;
  paused: boolean;
  /** Counts pauses: tells whether an attempt began before the latest one. */
  pauses: number;
}

const START = 4;
/** Endpoints in trouble that are remembered while nothing waits for them. */
const MOST_REMEMBERED = 10_000;

/**
 * Lets senders through to their endpoints, first come, first served at each endpoint:
 * - few at a time to a new endpoint, more with every success, one at a time while it does not answer;
 * - to one that cannot be reached a single sender as a probe, after a pause that doubles up to `longestPause`;
 * - endpoints in trouble share a quarter of all slots, so that they never take those of healthy ones;
 * - of the other slots new endpoints take more than one each only while half of them are free: many that turn out
 *   never to answer would else hold all slots until the first of their attempts have timed out.
 */
export class EndpointGates {
  readonly #timers: Timers;
  readonly #perEndpoint: number;
  readonly #firstPause: number;
  readonly #longestPause: number;
  readonly #slots: { readonly healthy: number; readonly troubled: number };
  readonly #active = { healthy: 0, troubled: 0 };
  readonly #gates = new Map<string, Gate>();
  /** Gates of endpoints in trouble that nothing waits for, longest idle first: trouble is not over by that. */
  readonly #remembered = new Set<Gate>();
  /** Gates that had work and found no free slot, longest waiting first. */
  readonly #blocked = { healthy: new Set<Gate>(), troubled: new Set<Gate>() };

  constructor({
    timers,
    perEndpoint = 16,
    overall = 512,
    firstPause = 250,
    longestPause = 10_000,
  }: EndpointGatesParts) {
    const share = Math.max(1, Math.floor(overall / 4));
    this.#timers = timers;
    this.#perEndpoint = perEndpoint;
    this.#firstPause = firstPause;
    this.#longestPause = longestPause;
    this.#slots = { healthy: Math.max(1, overall - share), troubled: share };
  }

  /** Queues a sender. */
  enter(endpoint: string, sender: Sender): void {
    let gate = this.#gates.get(endpoint);
    if (!gate) {
      gate = newGate(endpoint, Math.min(START, this.#perEndpoint));
      this.#gates.set(endpoint, gate);
    }
    this.#remembered.delete(gate);
    gate.queue.push(sender);
    this.#pump(gate);
  }

  /** Senders under way, at all endpoints. */
  sending(): number {
    return this.#active.healthy + this.#active.troubled;
  }

  #pump(gate: Gate): void {
    while (gate.queue.length > 0 && !gate.paused && gate.active < gate.limit) {
      const kind = kindOf(gate);
      if (!this.#hasSlot(gate)) return void this.#blocked[kind].add(gate);
      const sender = gate.queue.shift() as Sender;
      gate.active += 1;
      this.#active[kind] += 1;
      void this.#send(gate, sender, kind);
    }
    if (gate.queue.length > 0 || gate.active > 0 || gate.paused) return;
    // One that waited for a slot may have been followed by another one.
    if (this.#gates.get(gate.endpoint) !== gate) return;
    if (gate.troubled) this.#remember(gate);
    else this.#gates.delete(gate.endpoint);
  }

  #hasSlot(gate: Gate): boolean {
    const kind = kindOf(gate);
    const isModest = kind === 'troubled' || gate.proven || gate.active === 0;
    return this.#active[kind] < (isModest ? this.#slots[kind] : this.#slots[kind] / 2);
  }

  #remember(gate: Gate): void {
    this.#remembered.add(gate);
    if (this.#remembered.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#remembered;
    if (!oldest) return;
    this.#remembered.delete(oldest);
    this.#gates.delete(oldest.endpoint);
  }

  async #send(gate: Gate, sender: Sender, kind: Kind): Promise<void> {
    const pauses = gate.pauses;
    const reach = await sender();
    gate.active -= 1;
    this.#active[kind] -= 1;
    if (reach === 'unreachable') {
      gate.queue.unshift(sender);
      // Attempts that began before the latest pause tell nothing new.
      if (pauses === gate.pauses) this.#pause(gate);
    } else if (reach !== 'skipped') {
      gate.failures = 0;
      gate.troubled = reach === 'slow';
      gate.proven = reach === 'reached';
      gate.limit = gate.troubled ? 1 : Math.min(gate.limit * 2, this.#perEndpoint);
    }
    this.#pump(gate);
    this.#unblock(kind);
  }

  #unblock(kind: Kind): void {
    for (const gate of this.#blocked[kind]) {
      if (this.#active[kind] >= this.#slots[kind]) return;
      if (!this.#hasSlot(gate)) continue;
      this.#blocked[kind].delete(gate);
      this.#pump(gate);
    }
  }

  #pause(gate: Gate): void {
    gate.failures += 1;
    gate.pauses += 1;
    gate.limit = 1;
    gate.troubled = true;
    gate.paused = true;
    const pause = this.#firstPause * 2 ** Math.min(gate.failures - 1, 30);
    this.#timers.after(Math.min(pause, this.#longestPause), () => {
      gate.paused = false;
      this.#pump(gate);
    });
  }
}

function newGate(endpoint: string, limit: number): Gate {
  return {
    ...{ endpoint, queue: [], active: 0, limit },
    ...{ troubled: false, proven: false, failures: 0, paused: false, pauses: 0 },
  };
}

function kindOf({ troubled }: Gate): Kind {
  return troubled ? 'troubled' : 'healthy';
}
