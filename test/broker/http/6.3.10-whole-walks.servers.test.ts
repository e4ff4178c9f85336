import { describeWith } from '../../support/describe-with.ts';
import { openFresh } from '../store/mongo/fresh-database.ts';
import { wholeWalksContract } from './whole-walks/contract.ts';

describeWith('mongodb', () => wholeWalksContract('MongoDB', { openStore: openFresh, walks: 6 }));
