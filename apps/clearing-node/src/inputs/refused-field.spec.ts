import { rejections } from '#libs/clearing';
import { refusedField } from './refused-field.js';

describe('the field of a refusal', () => {
  it.each([
    [110, { quantityLots: '0' }, { field: 'quantityLots', value: '0' }],
    [204, { baseCurrency: 'X' }, { field: 'baseCurrency', value: 'X' }],
    [113, { quantityLots: '1', amountMinor: '2' }, { field: 'amountMinor', value: '2' }],
    [108, { buyer: 'a', seller: 'b' }, {}],
    [101, {}, {}],
  ])('of %p %p', (reason, input, expected) => {
    expect(refusedField(reason, input)).toEqual(expected);
  });

  it('is known for reasons of the registry alone', () => {
    const everything = new Proxy({}, { getOwnPropertyDescriptor: () => property });
    const property = { configurable: true, enumerable: true, value: 'x' };
    for (let reason = 0; reason < 1000; reason++) {
      const isKnown = Object.hasOwn(rejections, reason);
      if (!isKnown) expect(refusedField(reason, everything)).toEqual({});
    }
  });
});
