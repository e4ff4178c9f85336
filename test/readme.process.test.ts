import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { followTour, movedPorts } from './support/follow-tour.ts';
import { killSpawned, spawnProgram } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';
import { tourSteps } from './support/tour.ts';

const folder = tempFolder();

afterEach(killSpawned);

const steps = tourSteps(readFileSync('README.md', 'utf8'), 'A five-minute tour');

/** Ports that the page names, by the variable that moves them; the last one is the receiver's of the tour. */
const ports = {
  BROKER_PORT: 1026,
  AGENT_PORT: 4041,
  AGENT_DEVICE_PORT: 7896,
  MQTT_PORT: 1883,
  receiver: 3000,
};

it('the tour of the README does what the README says', async () => {
  expect(steps.length).toBeGreaterThanOrEqual(12);
  // As in a folder where Carillon was built; its data goes into the one of the test.
  for (const name of ['node_modules', 'package.json', 'dist']) symlinkSync(resolve(name), join(folder, name));
  const { env, move } = await movedPorts(ports);
  const programs = spawnProgram(resolve('dist/runtime/launch.js'), { env, cwd: folder });
  await programs.says('Carillon is ready.');
  await followTour(steps, { folder, move });
  expect(await programs.stop()).toBe(0);
});
