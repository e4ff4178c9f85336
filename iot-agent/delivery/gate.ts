/** Where a loop waits until somebody has work for it. */
export interface Gate {
  /** Lets the loop through, at once or when it comes next. */
  open(): void;
  /** Resolves when the gate was opened since the last passage. */
  passed(): Promise<void>;
}

/** A closed gate. */
export function closedGate(): Gate {
  let isOpen = false;
  let release: (() => void) | undefined;
  return {
    open: () => {
      isOpen = true;
      release?.();
    },
    passed: async () => {
      if (!isOpen) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      isOpen = false;
      release = undefined;
    },
  };
}
