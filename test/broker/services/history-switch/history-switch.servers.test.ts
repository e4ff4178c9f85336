import { describeWith } from '../../../support/describe-with.ts';
import { openFresh } from '../../store/mongo/fresh-database.ts';
import { historySwitchContract } from './contract.ts';

describeWith('mongodb', () => historySwitchContract('MongoDB', openFresh));
