import { openInMemory } from './broker-under-test.ts';
import { wholeWalksContract } from './whole-walks/contract.ts';

wholeWalksContract('SQLite', { openStore: openInMemory, walks: 12 });
