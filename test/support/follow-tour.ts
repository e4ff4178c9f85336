import { expect } from '@jest/globals';
import { freePorts } from './free-port.ts';
import { until } from './notifications.ts';
import { startShell } from './shell.ts';
import { isShown, type TourStep } from './tour.ts';

/** Ports that a page names, each somewhere else where the tour is followed. */
export interface MovedPorts {
  /** Environment variables that move the programs there. */
  readonly env: Readonly<Record<string, string>>;
  /** The text with the ports where they are. */
  move(text: string): string;
}

/** Moves ports, by the variable that does it; a name that is no variable moves one in the text alone. */
export async function movedPorts(ports: Readonly<Record<string, number>>): Promise<MovedPorts> {
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

/** Reading may be done again: what a tour shows comes a moment after it was sent. */
function isReading({ command }: TourStep): boolean {
  return /^(curl|cat) /.test(command) && !/ -d | -X | --data /.test(command);
}

/** Runs the commands one after the other in one terminal, in that folder, and expects that each prints what the page shows. */
export async function followTour(
  steps: readonly TourStep[],
  { folder, move }: { readonly folder: string; readonly move: MovedPorts['move'] },
): Promise<void> {
  const shell = startShell(folder);
  try {
    for (const step of steps) {
      let output = '';
      const attempt = async (): Promise<boolean> => {
        output = await shell.run(move(step.command));
        return step.output === undefined || isShown(output, move(step.output));
      };
      if (isReading(step)) await until(attempt);
      else await attempt();
      const isRight = step.output === undefined || isShown(output, move(step.output));
      if (!isRight) expect(`${step.command}\n${output}`).toBe(`${step.command}\n${step.output}`);
    }
  } finally {
    shell.stop();
  }
}
