import { describeWith } from '../../support/describe-with.ts';
import { openFresh } from '../store/mongo/fresh-database.ts';
import { everyChangeContract } from './every-change/contract.ts';

describeWith('mongodb', () => everyChangeContract('MongoDB', { openStore: openFresh }));
