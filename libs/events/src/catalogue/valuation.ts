import { message } from '../schema.js';

export const ValuationEpochOpened = message({
  name: 'ValuationEpochOpened',
  templateId: 104,
  version: 1,
  kind: 'decision',
  doc:
    'From here on the model `scenario` computes requirements from the marks, volatilities and log time of ' +
    'this moment; equity follows every price.',
  fields: {
    epoch: { type: 'i64', doc: 'Dense number of the valuation epoch, from 1.' },
  },
});
