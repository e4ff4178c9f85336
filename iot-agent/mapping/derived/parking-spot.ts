import { type DerivedAttribute, nothingMissing } from './derived-attribute.ts';

/** Whether a vehicle stands on the spot. */
export const spotStatus: DerivedAttribute = {
  attribute: 'status',
  uses: ['occupied'],
  appliesTo: ({ occupied }) => typeof occupied === 'boolean',
  missingSettings: nothingMissing,
  derive: ({ occupied }) => (occupied === true ? 'occupied' : 'free'),
};
