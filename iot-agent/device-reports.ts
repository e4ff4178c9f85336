import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from './delivery/backoff.ts';
import { BrokerDown } from './delivery/deliver.ts';
import { type ReportOptions, reportDevices } from './delivery/report-devices.ts';

/** Devices that are written before the clock is looked at again. */
const mostAtOnce = 500;

/** The writing of Device entities, while it runs. */
export interface DeviceReports {
  /** Ends after the request that is under way. */
  stop(): Promise<void>;
}

/** Starts to write Device entities beside the measures, which they must not hold up; looks every `pollInterval` milliseconds. */
export function startDeviceReports(
  options: ReportOptions & { readonly pollInterval: number },
): DeviceReports {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = backoff({ first: 1000, most: 30_000, signal });
  const turn = async (): Promise<void> => {
    await delay(options.pollInterval, undefined, { signal }).catch(() => undefined);
    while (!signal.aborted && (await reportDevices(options, mostAtOnce)) === mostAtOnce);
    pause.reset();
  };
  const failed = async (error: unknown): Promise<void> => {
    if (!(error instanceof BrokerDown)) options.log.error({ err: error }, 'writing Device entities failed');
    await pause.wait(error instanceof BrokerDown ? error.retryAfter : 0);
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) await turn().catch(failed);
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
