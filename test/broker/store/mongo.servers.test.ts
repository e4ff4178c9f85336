import { describeWith } from '../../support/describe-with.ts';
import { storeContract } from './contract.ts';
import { openFresh } from './mongo/fresh-database.ts';

describeWith('mongodb', () => storeContract('MongoDB', openFresh, 'relay'));
