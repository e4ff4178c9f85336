import type { ConfigurationRequest } from './plain/configuration-request.ts';
import type { ConfigurationOutcome, PlainDevices } from './plain/plain-devices.ts';

/** Questions of devices that are asked of the broker at once. */
const mostAtOnce = 50;
/** Those that are known at most: after a failure of the power all devices of a city ask in the same minute. */
const mostInAll = 5000;

/** Answers devices that ask for values of their Entities, a few at a time. Never rejects. */
export function configurationAnswers({
  configure,
}: Pick<PlainDevices, 'configure'>): PlainDevices['configure'] {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  const turn = (): Promise<void> => {
    if (underWay < mostAtOnce) {
      underWay += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  /** The one that has waited longest takes the place. */
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) underWay -= 1;
    else next();
  };
  return async (request: ConfigurationRequest, by: 'mqtt' | 'http'): Promise<ConfigurationOutcome> => {
    if (underWay + waiting.length >= mostInAll)
      return { kind: 'away', reason: 'too many devices ask at once: ask again later' };
    await turn();
    try {
      return await configure(request, by);
    } finally {
      leave();
    }
  };
}
