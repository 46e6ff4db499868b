/** The fields with which every input begins: who said it, and its place in the publisher's session. */
export const inputHead = {
  publisherSequence: {
    type: 'i64',
    doc: "Dense number in the publisher's session, from 1; 0 when the input is identified otherwise.",
  },
  publisher: { type: 'ref', to: 'publisher', doc: 'Who published it.' },
} as const;
