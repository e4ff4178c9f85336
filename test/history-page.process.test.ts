import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { followTour, movedPorts } from './support/follow-tour.ts';
import { killSpawned, spawnProgram } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';
import { tourSteps } from './support/tour.ts';

const folder = tempFolder();

afterEach(killSpawned);

it('the first history of docs/history.md is what the page says', async () => {
  const steps = tourSteps(readFileSync('docs/history.md', 'utf8'), 'A first history');
  expect(steps.filter(({ output }) => output !== undefined).length).toBeGreaterThanOrEqual(7);
  const { env, move } = await movedPorts({ BROKER_PORT: 1026 });
  const broker = spawnProgram(resolve('dist/broker/main.js'), { env, cwd: folder });
  await broker.ready(`http://127.0.0.1:${env['BROKER_PORT']}/health/ready`);
  await followTour(steps, { folder, move });
  expect(await broker.stop()).toBe(0);
});
