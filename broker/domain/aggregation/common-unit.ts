/** The `unitCode` of values while they come. */
export interface CommonUnit {
  add(unitCode: string | undefined): void;
  /** That of all of them; undefined where one has another, or none. */
  value(): string | undefined;
}

/** Of no values yet. */
export function commonUnit(): CommonUnit {
  let isAny = false;
  let common: string | undefined;
  return {
    add: (unitCode) => {
      common = isAny && unitCode !== common ? undefined : unitCode;
      isAny = true;
    },
    value: () => common,
  };
}
