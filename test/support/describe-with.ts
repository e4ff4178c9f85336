import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, it } from '@jest/globals';

interface Requirement {
  isThere(): boolean;
  /** What makes it be there. */
  readonly remedy: string;
}

/** Where reference data of other projects lies that is not committed here. */
export const sharedFolder = process.env['SHARED_DIR'] ?? '../shared';

const requirements = {
  mosquitto: {
    // It prints its help and ends with an exit code of its own; only a missing program is an error.
    isThere: () => spawnSync(mosquittoProgram(), ['-h'], { stdio: 'ignore' }).error === undefined,
    remedy: 'install mosquitto (apt-get install mosquitto) or name it in MOSQUITTO',
  },
  openssl: {
    isThere: () =>
      spawnSync(process.env['OPENSSL'] ?? 'openssl', ['version'], { stdio: 'ignore' }).status === 0,
    remedy: 'install openssl (apt-get install openssl)',
  },
  mongodb: {
    isThere: () => Boolean(process.env['MONGODB_TEST_URI']),
    remedy: 'set MONGODB_TEST_URI to a server that may be written to',
  },
  shared: {
    isThere: () => existsSync(sharedFolder),
    remedy: 'set SHARED_DIR to the folder of the reference data',
  },
} satisfies Record<string, Requirement>;

/** The mosquitto program to start. */
export function mosquittoProgram(): string {
  return (
    process.env['MOSQUITTO'] ?? (existsSync('/usr/sbin/mosquitto') ? '/usr/sbin/mosquitto' : 'mosquitto')
  );
}

/**
 * `describe` for tests that need something that a fresh machine lacks. Without it they are skipped, and the skip says
 * what is missing; with REQUIRE_SERVERS=1 (as .ci/run sets it) a missing one fails instead.
 */
export function describeWith(name: keyof typeof requirements, body: () => void): void {
  const requirement = requirements[name];
  if (requirement.isThere()) {
    describe(`with ${name}`, body);
    return;
  }
  if (process.env['REQUIRE_SERVERS'] === '1' && name !== 'shared') {
    it(`needs ${name}`, () => {
      throw new Error(`${name} is not there: ${requirement.remedy}`);
    });
    return;
  }
  // The tests are not even made: what they are made of may be missing, too.
  it.skip(`SKIPPED, no ${name} here: ${requirement.remedy}`, () => {});
}
