/** Why an item is not on its way, and what makes it go on. */
interface Cause {
  /** Whether it goes on by itself when its obstacle is gone; else it stays for people to look at. */
  readonly waits: boolean;
  readonly meaning: string;
}

/** The closed list of causes, as the problems resource shows them. */
export const causes = {
  'unknown-device': { waits: true, meaning: 'no device is registered under this identity' },
  incomplete: { waits: true, meaning: 'the registered device lacks something that its data model demands' },
  registry: { waits: true, meaning: 'the registry of devices did not answer' },
  broker: { waits: true, meaning: 'the broker failed on this entity alone' },
  malformed: { waits: false, meaning: 'the message is not what its topic or path promises' },
  undecodable: { waits: false, meaning: 'the device model cannot read the payload' },
  invalid: { waits: false, meaning: 'the entity would not be valid' },
  refused: { waits: false, meaning: 'the broker refused the entity' },
} as const satisfies Readonly<Record<string, Cause>>;

/** The name of a cause. */
export type CauseName = keyof typeof causes;
