import { spawn } from 'node:child_process';

/** A shell that keeps its variables from one script to the next, as a reader's terminal does. */
export interface Shell {
  /** Resolves to what the script writes to standard output. */
  run(script: string): Promise<string>;
  /** Ends it and everything that it left running. */
  stop(): void;
}

/** Starts bash in that folder. */
export function startShell(cwd: string): Shell {
  const bash = spawn('bash', [], { cwd, detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  let written = '';
  let onData = (): void => {};
  bash.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text;
    onData();
  });
  let runs = 0;
  const run = (script: string): Promise<string> => {
    runs += 1;
    const mark = `\n<end of script ${runs}>\n`;
    written = '';
    const ended = new Promise<string>((resolve) => {
      onData = () => {
        if (written.endsWith(mark)) resolve(written.slice(0, -mark.length));
      };
    });
    bash.stdin.write(`${script}\nprintf '${mark.replaceAll('\n', '\\n')}'\n`);
    return ended;
  };
  return {
    run,
    stop: () => {
      if (bash.pid !== undefined) process.kill(-bash.pid, 'SIGKILL');
    },
  };
}
