import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '../delivery/backoff.ts';
import { BrokerDown } from '../delivery/deliver.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import type { Registry } from '../registry/registry.ts';
import { RegistryAway } from '../registry/registry-away.ts';
import { type BrokerResource, type NotifyAddress, resourcesOf } from './broker-resources.ts';
import { keepResources, type ResourceParts } from './keep-resources.ts';
import { watchedCommands } from './watched-commands.ts';

/** What keeping subscriptions asks. */
export interface SubscriptionParts extends ResourceParts {
  readonly registry: Registry;
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly address: NotifyAddress;
  /** What the broker has to have besides. */
  readonly others: () => Promise<readonly BrokerResource[]>;
  /** Called when the broker does not take one of them. */
  readonly refused: (resource: BrokerResource, reason: string) => Promise<void>;
  /** Milliseconds after which the broker is asked whether it still has them. */
  readonly checkInterval: number;
}

/** The keeping of subscriptions, while it runs. */
export interface SubscriptionKeeping {
  /** Devices or groups have changed. */
  changed(): void;
  /** Ends after the request that is under way. */
  stop(): Promise<void>;
}

/** Milliseconds in which changes of the registry that follow each other closely are waited for. */
const settleMs = 200;
/** Reading every device takes time, of which this is the part that may go to it while devices are registered by the thousand. */
const restFactor = 10;

/** Starts to keep, at the broker, the subscriptions that the commands of all devices and groups need. */
export function startSubscriptions(parts: SubscriptionParts): SubscriptionKeeping {
  const { log, checkInterval } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = backoff({ first: 500, most: 30_000, signal });
  let isDirty = true;
  let waiting = new AbortController();
  const told = new Set<string>();
  const turn = async (): Promise<void> => {
    isDirty = false;
    waiting = new AbortController();
    const rest = restFactor * (await keep(parts, told));
    pause.reset();
    await sleep(Math.min(rest, checkInterval), signal);
    if (!isDirty) await sleep(checkInterval, AbortSignal.any([signal, waiting.signal]));
    if (isDirty) await sleep(settleMs, signal);
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await turn().catch(async (error: unknown) => {
        const isAway = error instanceof BrokerDown || error instanceof RegistryAway;
        const reason = (error as Error).message;
        if (isAway) log.debug({ reason }, 'the subscriptions to commands cannot be looked after now');
        else log.error({ err: error }, 'looking after the subscriptions to commands failed');
        await pause.wait(error instanceof BrokerDown ? error.retryAfter : 0);
      });
    }
  };
  const ended = run();
  return {
    changed: () => {
      isDirty = true;
      waiting.abort();
    },
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** Resolves to the milliseconds that reading every device took. `told`: refusals that are in the log already. @throws BrokerDown */
async function keep(parts: SubscriptionParts, told: Set<string>): Promise<number> {
  const { registry, catalogue, address, log } = parts;
  const started = performance.now();
  const watched = await watchedCommands(registry, catalogue);
  const readingMs = performance.now() - started;
  const ofCommands = watched.flatMap((one) => resourcesOf(one, address));
  const { refused, held } = await keepResources(parts, [...ofCommands, ...(await parts.others())]);
  for (const { resource, reason } of refused) {
    if (told.has(`${resource.id} ${reason}`)) continue;
    told.add(`${resource.id} ${reason}`);
    await parts.refused(resource, reason);
    const { id, kind, tenant } = resource;
    log.warn({ id, kind, tenant, reason }, 'the broker does not take what commands need');
  }
  if (held !== undefined) throw held;
  return readingMs;
}
