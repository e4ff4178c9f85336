import { type DerivedAttribute, nothingMissing } from './derived-attribute.ts';

/** Everybody who passed, where a counter tells the two directions only. */
export const peopleCount: DerivedAttribute = {
  attribute: 'peopleCount',
  unitCode: 'C62',
  uses: ['peopleIn', 'peopleOut'],
  appliesTo: ({ peopleIn, peopleOut }) => typeof peopleIn === 'number' && typeof peopleOut === 'number',
  missingSettings: nothingMissing,
  derive: ({ peopleIn, peopleOut }) => Math.round(Number(peopleIn) + Number(peopleOut)),
};
