import { openInMemory } from './broker-under-test.ts';
import { everyChangeContract } from './every-change/contract.ts';

everyChangeContract('SQLite', { openStore: openInMemory });
