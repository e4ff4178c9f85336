import { setTimeout as delay } from 'node:timers/promises';
import { BrokerDown } from './delivery/deliver.ts';
import { type ReportOptions, reportDevices } from './delivery/report-devices.ts';
import { startWorker, type Worker } from './delivery/worker.ts';

/** Devices that are written before the clock is looked at again. */
const mostAtOnce = 500;

/** Starts to write Device entities beside the measures, which they must not hold up; looks every `pollInterval` milliseconds. */
export function startDeviceReports(options: ReportOptions & { readonly pollInterval: number }): Worker {
  return startWorker({
    first: 1000,
    most: 30_000,
    turn: async ({ signal, pause }) => {
      await delay(options.pollInterval, undefined, { signal }).catch(() => undefined);
      while (!signal.aborted && (await reportDevices(options, mostAtOnce)) === mostAtOnce);
      pause.reset();
    },
    failed: (error, pause) => {
      if (!(error instanceof BrokerDown)) options.log.error({ err: error }, 'writing Device entities failed');
      return pause.wait(error instanceof BrokerDown ? error.retryAfter : 0);
    },
  });
}
