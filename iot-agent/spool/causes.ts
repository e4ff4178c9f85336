/** Why an item is not on its way, and what makes it go on. */
interface Cause {
  /** Whether it goes on by itself when its obstacle is gone; else it stays for people to look at. */
  readonly waits: boolean;
  /** In the quarantine: it goes on when its device, group or codec changes, or when somebody asks for it. */
  readonly isQuarantine: boolean;
  readonly meaning: string;
}

const waiting = { waits: true, isQuarantine: false } as const;
const quarantined = { waits: false, isQuarantine: true } as const;

/** The closed list of causes, as the problems resource shows them. */
export const causes = {
  'unknown-device': { ...waiting, meaning: 'no device is registered under this identity' },
  pending: { ...waiting, meaning: 'the device waits for somebody to approve of it' },
  incomplete: { ...waiting, meaning: 'the registered device lacks something that its data model demands' },
  registry: { ...waiting, meaning: 'the registry of devices did not answer' },
  broker: { ...waiting, meaning: 'the broker failed on this entity alone' },
  malformed: {
    waits: false,
    isQuarantine: false,
    meaning: 'the message is not what its topic or path promises',
  },
  undecodable: { ...quarantined, meaning: 'the device model or codec cannot read the payload' },
  invalid: { ...quarantined, meaning: 'the entity would not be valid' },
  refused: { ...quarantined, meaning: 'the broker refused the entity' },
} as const satisfies Readonly<Record<string, Cause>>;

/** The name of a cause. */
export type CauseName = keyof typeof causes;

/** The causes of the quarantine. */
export const quarantineCauses: readonly CauseName[] = Object.keys(causes)
  .filter((name): name is CauseName => Object.hasOwn(causes, name))
  .filter((name) => causes[name].isQuarantine);

/** True of rows in the quarantine, in SQL: as it stands in their index. */
export const isQuarantined = `cause IN (${quarantineCauses.map((cause) => `'${cause}'`).join(', ')})`;

/** True for what waits because nobody has registered its device. */
export function isOfStrangers(cause: CauseName): boolean {
  return cause === 'unknown-device' || cause === 'pending';
}

/** True for what a change of the device, of its group or of its codec may cure. */
export function isCuredByChange(cause: CauseName): boolean {
  return isOfStrangers(cause) || cause === 'incomplete' || causes[cause].isQuarantine;
}
