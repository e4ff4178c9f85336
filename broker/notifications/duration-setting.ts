import { milliseconds } from '../../runtime/setting-parsers.ts';

/** A duration that is not shorter than another one; in milliseconds. */
export function atLeast(shortest: string): (text: string) => number {
  const least = milliseconds(shortest);
  return (text) => {
    const duration = milliseconds(text);
    if (duration < least) throw new Error(`a duration of at least ${shortest}`);
    return duration;
  };
}
