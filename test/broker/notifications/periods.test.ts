import { describe } from '@jest/globals';
import { openStoreAt } from './notifying-broker.ts';
import { periodsContract } from './periods-contract.ts';

describe('periods on SQLite', () => {
  periodsContract(async ({ now }) => {
    const store = openStoreAt(':memory:', now);
    return { store, reopen: async () => store, dispose: () => store.close() };
  });
});
