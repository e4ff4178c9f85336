import { Router } from 'express';
import type { Logger } from '../../runtime/logger.ts';
import { mandatoryParameter } from './query.ts';
import { Refusal } from './refusal.ts';

/** The levels of FIWARE's agents, and what they are called here. */
const levels: ReadonlyMap<string, string> = new Map([
  ['FATAL', 'fatal'],
  ['ERROR', 'error'],
  ['WARNING', 'warn'],
  ['WARN', 'warn'],
  ['INFO', 'info'],
  ['DEBUG', 'debug'],
  ['TRACE', 'trace'],
]);

/** Reads and sets, until the next start, how much the agent logs, as FIWARE's agents do it. */
export function logLevelRoutes(log: Pick<Logger, 'level'>): Router {
  const router = Router();
  const show = () => ({ level: [...levels].find(([, ours]) => ours === log.level)?.[0] ?? log.level });
  router.get('/admin/log', (_request, response) => {
    response.json(show());
  });
  router.put('/admin/log', (request, response) => {
    const asked = mandatoryParameter(request, 'level');
    const level = levels.get(asked.toUpperCase());
    if (level === undefined)
      throw new Refusal(
        'WRONG_SYNTAX',
        `The parameter level is ${JSON.stringify(asked.slice(0, 40))}: it must be one of ${[...levels.keys()].join(', ')}`,
      );
    log.level = level;
    response.json(show());
  });
  return router;
}
