import { NgsiLdError } from '../errors.ts';

/** What one answer may take, however many instances are aggregated for it. */
export interface AggregationBounds {
  /** @throws NgsiLdError TooComplexQuery for a value too many */
  countValue(): void;
  /**
   * Notes that a value of so many characters is remembered, and answers what it weighs.
   * @throws NgsiLdError TooComplexQuery when all that is remembered weighs too much
   */
  remember(characters: number): number;
  /** Gives back what was remembered. */
  forget(weight: number): void;
  /** Gives what puts it back to where it stands now, for what is aggregated again. */
  mark(): () => void;
}

/** The most aggregated values in an answer: ten methods of hours of a year, and room. */
export const MOST_VALUES = 100_000;
/** Weight of all that is remembered at once to find what differs: about a hundred megabytes. */
export const MOST_REMEMBERED = 32 * 1024 * 1024;
/** What an entry of a set takes besides its text. */
const ENTRY = 32;

/** Of nothing yet; `mostValues` where that is not for an answer. */
export function aggregationBounds(mostValues = MOST_VALUES): AggregationBounds {
  let values = 0;
  let remembered = 0;
  return {
    countValue: () => {
      if (++values <= mostValues) return;
      throw new NgsiLdError(
        'TooComplexQuery',
        `The answer would have more than ${mostValues} aggregated values: take a longer aggrPeriodDuration, a shorter time range, fewer Attributes, or a lower limit.`,
      );
    },
    remember: (characters) => {
      const weight = characters + ENTRY;
      remembered += weight;
      if (remembered <= MOST_REMEMBERED) return weight;
      throw new NgsiLdError(
        'TooComplexQuery',
        'distinctCount has too many different values to count in one period: take a shorter aggrPeriodDuration or time range.',
      );
    },
    forget: (weight) => {
      remembered -= weight;
    },
    mark: () => {
      const at = { values, remembered };
      return () => {
        ({ values, remembered } = at);
      };
    },
  };
}
