import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { freePorts } from './support/free-port.ts';
import { until } from './support/notifications.ts';
import { startShell } from './support/shell.ts';
import { killSpawned, spawnProgram } from './support/spawn-program.ts';
import { tempFolder } from './support/temp-folder.ts';
import { isShown, type TourStep, tourSteps } from './support/tour.ts';

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

async function movedPorts(): Promise<{
  readonly env: Record<string, string>;
  move(command: string): string;
}> {
  const free = await freePorts(Object.keys(ports).length);
  const moved = Object.entries(ports).map(([variable, port], index) => ({ variable, port, to: free[index] }));
  return {
    env: Object.fromEntries(moved.map(({ variable, to }) => [variable, String(to)])),
    move: (command) =>
      moved.reduce(
        (text, { port, to }) => text.replace(new RegExp(`\\b${port}\\b`, 'g'), String(to)),
        command,
      ),
  };
}

/** Reading may be done again: what the tour shows comes a moment after the uplink was taken. */
function isReading({ command }: TourStep): boolean {
  return /^(curl|cat) /.test(command) && !/ -d | -X | --data /.test(command);
}

it('the tour of the README does what the README says', async () => {
  expect(steps.length).toBeGreaterThanOrEqual(12);
  // As in a folder where Carillon was built; its data goes into the one of the test.
  for (const name of ['node_modules', 'package.json', 'dist']) symlinkSync(resolve(name), join(folder, name));
  const { env, move } = await movedPorts();
  const programs = spawnProgram(resolve('dist/runtime/launch.js'), { env, cwd: folder });
  const shell = startShell(folder);
  try {
    await programs.says('Carillon is ready.', 30_000);
    for (const step of steps) {
      let output = '';
      const attempt = async (): Promise<boolean> => {
        output = await shell.run(move(step.command));
        return step.output === undefined || isShown(output, move(step.output));
      };
      if (isReading(step)) await until(attempt, 10_000);
      else await attempt();
      const isRight = step.output === undefined || isShown(output, move(step.output));
      if (!isRight) expect(`${step.command}\n${output}`).toBe(`${step.command}\n${step.output}`);
    }
    expect(await programs.stop()).toBe(0);
  } finally {
    shell.stop();
  }
}, 120_000);
